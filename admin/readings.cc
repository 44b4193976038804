#include "admin/readings.h"

#include "proxy/http/path_edit.h"
#include "proxy/http/path_readings.h"
#include "proxy/route/access_rules.h"

#include <algorithm>

namespace portcullis::admin {
namespace {

using LetterCase = route::AccessMap::LetterCase;

Reading whose(const Config& config, const route::AccessMap& access, const std::string& path,
              LetterCase letter_case, std::size_t applied) {
    Reading reading{path, {}, false};
    const auto* owners = access.owners(path, letter_case);
    if (owners == nullptr) {
        reading.route = "no route";
        return reading;
    }
    bool mine = false;
    bool alike = true;
    for (const auto& owner : *owners) {
        const RouteConfig& route = config.routes[owner.route];
        reading.route += (reading.route.empty() ? "" : ", ") + std::string{"routes["} +
                         std::to_string(owner.route) + "]: " + route.path;
        mine = mine || owner.route == applied;
        alike = alike && route::same_access(route, config.routes[applied]);
    }
    reading.same_rules = mine || alike;
    return reading;
}

}  // namespace

Readings readings_of(const Config& config, const route::Table& table, const route::Match& match,
                     const Target& target) {
    Readings readings;
    const RouteConfig& route = config.routes[match.route];
    const bool as_written = match.service != route::kNoService &&
                            config.services[match.service].path == PathForm::as_written;
    const std::string& path = as_written ? target.written : target.path;
    std::string edited;
    if (http::edits_path(route)) {
        http::edit_path(route, target.path, edited);
    }
    readings.forwarded = edited.empty() ? path : edited;
    readings.ambiguous =
        match.ambiguous && !route.redirect && !table.agrees(target.host, match, path, edited);
    for (const std::string& one : http::path_readings(path).paths) {
        for (const LetterCase letter_case : {LetterCase::counts, LetterCase::ignored}) {
            Reading reading =
                whose(config, *table.access(target.host), one, letter_case, match.route);
            const bool known =
                std::any_of(readings.all.begin(), readings.all.end(),
                            [&](const Reading& other) { return other.route == reading.route; });
            if (!known) {
                readings.all.push_back(std::move(reading));
            }
        }
    }
    return readings;
}

}  // namespace portcullis::admin
