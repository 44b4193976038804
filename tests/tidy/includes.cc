#include "tests/tidy/rules.h"

#include <array>
#include <set>
#include <utility>

namespace portcullis::tidy {

namespace {

bool is_cpp(const std::string& path) {
    return path.ends_with(".h") || path.ends_with(".cc");
}

std::vector<std::string> includes_of(const std::string& content) {
    constexpr std::string_view opening = "#include \"";
    std::vector<std::string> result;
    for (const std::string& line : lines_of(content)) {
        if (line.starts_with(opening)) {
            result.push_back(line.substr(opening.size(), line.rfind('"') - opening.size()));
        }
    }
    return result;
}

// Where a file of proxy/ stands: a larger number may include a smaller one. The files of proxy/
// itself (main, server, admin) are on top, except the vocabulary of faults, which every step
// speaks.
int height_in_proxy(const std::string& path) {
    constexpr std::array<std::pair<std::string_view, int>, 18> heights{
        {{"proxy/fault", 0},
         {"proxy/tls/", 1},
         {"proxy/proxy_protocol/", 1},
         {"proxy/stream/", 2},
         {"proxy/upgrade/", 3},
         {"proxy/keeper/", 4},
         {"proxy/dns/", 3},
         {"proxy/http/", 3},
         {"proxy/http1/", 4},
         {"proxy/http2/", 4},
         {"proxy/redis/", 4},
         {"proxy/origin/", 5},
         {"proxy/route/", 5},
         {"proxy/access/", 5},
         {"proxy/limit/", 5},
         {"proxy/observe/", 5},
         {"proxy/relay/", 6},
         {"proxy/worker/", 7}}};
    for (const auto& [prefix, height] : heights) {
        if (path.starts_with(prefix)) {
            return height;
        }
    }
    return 8;
}

bool may_include_in_proxy(const std::string& from, const std::string& to) {
    return folder_of(from) == folder_of(to) || height_in_proxy(from) > height_in_proxy(to);
}

// The same for firewall/: main stands on top.
int height_in_firewall(const std::string& path) {
    return path.starts_with("firewall/program/")   ? 1
           : path.starts_with("firewall/netlink/") ? 2
           : path.starts_with("firewall/agent/")   ? 3
                                                   : 4;
}

// The parts of proxy/ that are pure functions of the configuration, which a command may ask as
// well.
bool is_pure_part(const std::string& path) {
    return path.starts_with("proxy/route/") || path.starts_with("proxy/http/") ||
           path.starts_with("proxy/access/address") || path.starts_with("proxy/tls/choice");
}

bool may_include(const std::string& from, const std::string& to) {
    const std::string source = from.substr(0, from.find('/'));
    const std::string target = to.substr(0, to.find('/'));
    if (source == "tests" || source == "bench") {
        return true;
    }
    if (target == "base" || (target == "config" && source != "base")) {
        return true;
    }
    if (source == "proxy" && target == "proxy") {
        return may_include_in_proxy(from, to);
    }
    if (source == "firewall" && target == "firewall") {
        return folder_of(from) == folder_of(to) ||
               height_in_firewall(from) > height_in_firewall(to);
    }
    return source == target || (source == "admin" && is_pure_part(to));
}

}  // namespace

Findings uphill_includes(const Tree& tree) {
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (!is_cpp(path)) {
            continue;
        }
        for (const std::string& included : includes_of(content)) {
            if (!may_include(path, included)) {
                findings.push_back(path + ": includes " + included + ", which is not below it");
            }
        }
    }
    return findings;
}

Findings unused_headers(const Tree& tree) {
    std::set<std::string> included;
    for (const auto& [path, content] : tree) {
        if (is_cpp(path)) {
            included.merge([&] {
                const std::vector<std::string> names = includes_of(content);
                return std::set<std::string>{names.begin(), names.end()};
            }());
        }
    }
    Findings findings;
    for (const auto& [path, content] : tree) {
        if (path.ends_with(".h") && !included.contains(path)) {
            findings.push_back(path + ": nobody includes it");
        }
    }
    return findings;
}

}  // namespace portcullis::tidy
