#include "config/changes.h"

#include "base/string_map.h"
#include "config/types/route_path.h"

#include <vector>

namespace portcullis {
namespace {

std::string key(const ServiceConfig& service) {
    return service.name;
}

std::string key(const RouteConfig& route) {
    return route.host.text() + std::string{route_prefix(route.path)};
}

std::string key(const CertificateFile& file) {
    return file.certificate.string() + '\n' + file.key.string();
}

template <class Part>
Tally tally(const std::vector<Part>& running, const std::vector<Part>& next) {
    StringMap<const Part*> before;
    for (const Part& part : running) {
        before.try_emplace(key(part), &part);
    }
    Tally tally;
    for (const Part& part : next) {
        const auto at = before.find(key(part));
        if (at == before.end()) {
            ++tally.added;
            continue;
        }
        ++(*at->second == part ? tally.kept : tally.changed);
        before.erase(at);
    }
    tally.removed = before.size();
    return tally;
}

std::string text(const Tally& tally) {
    std::string text = std::to_string(tally.kept) + " kept";
    const auto add = [&](std::size_t count, const char* what) {
        if (count > 0) {
            text += ", " + std::to_string(count) + what;
        }
    };
    add(tally.changed, " changed");
    add(tally.added, " added");
    add(tally.removed, " removed");
    return text;
}

}  // namespace

Changes changes_between(const Config& running, const Config& next) {
    return {.services = tally(running.services, next.services),
            .routes = tally(running.routes, next.routes),
            .certificates = tally(running.tls.certificates, next.tls.certificates)};
}

std::string text(const Changes& changes) {
    return "services: " + text(changes.services) + "; routes: " + text(changes.routes) +
           "; certificates: " + text(changes.certificates);
}

}  // namespace portcullis
