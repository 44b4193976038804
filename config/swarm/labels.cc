#include "config/swarm/labels.h"

#include "config/read.h"
#include "config/swarm/label_tree.h"
#include "config/validate.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kSentencesMax = 5;

// "routes[1].allow" as the label that it was read from.
std::string label_of(std::string_view path, const std::vector<std::string>& route_names) {
    constexpr std::string_view kRoutes = "routes[";
    const bool route = path.starts_with(kRoutes);
    const std::size_t index =
        route ? std::stoul(std::string{path.substr(kRoutes.size())}) : std::size_t{0};
    const std::size_t dot = path.find('.', route ? 0 : path.find('.') + 1);
    const std::string key{dot == std::string_view::npos ? "" : path.substr(dot + 1)};
    // The service's name in the swarm is written by us: what is missing beside it is the port.
    return label_prefix(route ? route_names.at(index) : "") + (key.empty() && route       ? "host"
                                                               : key == "swarm" && !route ? "port"
                                                                                          : key);
}

// What would be right, in labels: a file has lines where labels have names.
std::string advice_of(const Diagnostic& diagnostic, const std::string& label) {
    return diagnostic.right.starts_with("write 'key: value' lines")
               ? "write its options as labels, " + label + ".NAME"
               : diagnostic.right;
}

Error sentences(const std::vector<Diagnostic>& diagnostics,
                const std::vector<std::string>& route_names) {
    std::string all;
    std::size_t count = 0;
    for (const Diagnostic& diagnostic : diagnostics) {
        if (diagnostic.severity == Severity::error && ++count <= kSentencesMax) {
            const std::string label = label_of(diagnostic.path, route_names);
            const std::string advice = advice_of(diagnostic, label);
            all += (all.empty() ? "" : ". ") + label + ": " + diagnostic.wrong +
                   (advice.empty() ? "" : "; " + advice);
        }
    }
    return failure(all + (count > kSentencesMax ? ". And more" : ""));
}

// The service alone, in the surroundings that the configuration file makes.
std::vector<Diagnostic> judge(const Config& base, Draft& draft) {
    draft.config.tls = base.tls;
    draft.config.discovery = base.discovery;
    draft.config.trusted_proxies = base.trusted_proxies;
    Findings findings{draft.config, draft.positions};
    validate_services(draft.config, findings);
    validate_routes(draft.config, findings);
    validate_coverage(draft.config, findings);
    return findings.take();
}

// One service must not fill the table that all of them are in.
Result<void> check_counts(const DiscoveryConfig& discovery,
                          const std::vector<RouteConfig>& routes) {
    std::set<std::string> hosts;
    for (const RouteConfig& route : routes) {
        hosts.insert(route.host.text());
    }
    if (hosts.size() > discovery.hosts_per_service) {
        return failure(
            fmt::format("its labels claim {} hosts, and discovery.hosts_per_service "
                        "is {}; claim fewer, or a wildcard",
                        hosts.size(), discovery.hosts_per_service));
    }
    return {};
}

}  // namespace

bool is_labelled(const Service& service) {
    return !service.labels.empty();
}

Result<Labelled> read_labels(const Config& base, const Service& service) {
    auto tree = grow(service.labels);
    if (!tree) {
        return tree.error();
    }
    tree->routes.try_emplace(tree->routes.empty() ? "" : tree->routes.begin()->first);
    if (const std::size_t routes = routes_of(*tree); routes > base.discovery.routes_per_service) {
        return failure(
            fmt::format("its labels make {} routes, and discovery.routes_per_service is "
                        "{}; make fewer, or claim a wildcard",
                        routes, base.discovery.routes_per_service));
    }
    const LabelDocument document = document_of(*tree, service.name);
    Draft draft = read_config(document.yaml, base.file);
    if (has_errors(draft.diagnostics)) {
        return sentences(draft.diagnostics, document.route_names);
    }
    if (const auto found = judge(base, draft); has_errors(found)) {
        return sentences(found, document.route_names);
    }
    if (const auto counted = check_counts(base.discovery, draft.config.routes); !counted) {
        return counted.error();
    }
    return Labelled{std::move(draft.config.services.front()), std::move(draft.config.routes),
                    std::move(tree->share), std::move(tree->notes)};
}

}  // namespace portcullis::swarm
