#include "config/swarm/label_tree.h"

#include "config/advice.h"
#include "config/swarm/snapshot.h"
#include "config/types/quote.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace portcullis::swarm {
namespace {

constexpr std::size_t kDepthMax = 8;

// What is left out names files of the proxy's machine, or other services.
constexpr std::array<std::string_view, 19> kServiceKeys{"port",
                                                        "protocol",
                                                        "response_parsing",
                                                        "balance",
                                                        "hash",
                                                        "sticky",
                                                        "connect_timeout",
                                                        "response_timeout",
                                                        "idle_timeout",
                                                        "passthrough",
                                                        "proxy_protocol",
                                                        "retry_budget",
                                                        "circuit",
                                                        "health",
                                                        "parking",
                                                        "ejection",
                                                        "slow_start",
                                                        "connection_age_max",
                                                        "upgrade"};
constexpr std::array<std::string_view, 18> kRouteKeys{
    "host",           "path",    "client_certificate", "allow",
    "deny",           "trace",   "trusted_headers",    "rate_limit",
    "strip_prefix",   "rewrite", "redirect",           "request_headers",
    "answer_headers", "hsts",    "request_body_max",   "answer_body_max",
    "retry",          "timeouts"};
// Options, at any depth, whose value is a list.
constexpr std::array<std::string_view, 6> kLists{"allow", "deny",   "trusted_headers",
                                                 "when",  "remove", "upgrade"};

template <class Keys>
bool contains(const Keys& keys, std::string_view key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Of the services that share hosts with this one; no option of the configuration file.
constexpr std::string_view kShare = "share";
// What other proxies want to be told.
constexpr std::string_view kEnable = "enable";

std::vector<std::string_view> known_keys() {
    std::vector<std::string_view> known{kServiceKeys.begin(), kServiceKeys.end()};
    known.insert(known.end(), kRouteKeys.begin(), kRouteKeys.end());
    known.emplace_back("routes");
    known.emplace_back(kShare);
    return known;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) {
        text.remove_prefix(1);
    }
    while (text.ends_with(' ')) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const std::size_t end = std::min(text.find(at), text.size());
        parts.emplace_back(trimmed(text.substr(0, end)));
        if (end == text.size()) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

// Where the label's first option belongs; at is moved behind the name of a route.
Result<LabelBranch*> root_of(LabelTree& tree, const std::vector<std::string>& keys,
                             std::size_t& at) {
    if (keys.at(0) == "routes") {
        if (keys.size() < 3 || keys[1].empty()) {
            return failure("names no route; write portcullis.routes.NAME.host");
        }
        at = 2;
        if (!contains(kRouteKeys, keys[2])) {
            return failure("no option of a route that labels may set; " +
                           advice_on_key(keys[2], {kRouteKeys.begin(), kRouteKeys.end()}));
        }
        return &tree.routes[keys[1]];
    }
    if (contains(kServiceKeys, keys[0])) {
        return &tree.service;
    }
    if (contains(kRouteKeys, keys[0])) {
        return &tree.routes[""];
    }
    return failure("no option that labels may set; " + advice_on_key(keys[0], known_keys()));
}

// Words that could be meant for all services, and could be a service's name as well.
Result<void> check_share(const std::vector<std::string>& share) {
    constexpr std::array<std::string_view, 5> kMeantForAll{"true", "on", "all", "any", "*"};
    for (const std::string& one : share) {
        if (contains(kMeantForAll, one)) {
            return failure(in_quotes(one) +
                           " is no service; write 'yes' to share with each that says so too, or "
                           "the names of services");
        }
    }
    return {};
}

Result<void> put(LabelTree& tree, std::string_view label, const std::string& value) {
    const std::string_view name = label.substr(kLabelPrefix.size());
    // Two names for one option: which of the values is meant nobody could tell.
    if (name.find_first_of(" \t\r\n") != std::string_view::npos) {
        return failure("the label's name has white space in it; write it without");
    }
    const std::vector<std::string> keys = split(name, '.');
    if (keys.size() > kDepthMax) {
        return failure("no option lies so deep; remove it");
    }
    if (name == kShare) {
        tree.share = split(value, ',');
        return check_share(tree.share);
    }
    if (name == kEnable) {
        tree.notes.push_back(std::string{label} +
                             " has no effect: a service is routed when it has a label "
                             "portcullis.host, and not when it has none; remove it");
        return {};
    }
    std::size_t at = 0;
    const auto root = root_of(tree, keys, at);
    if (!root) {
        return root.error();
    }
    LabelBranch* branch = *root;
    for (; at < keys.size(); ++at) {
        if (branch->value) {
            return failure("an option below one that has a value; remove one of them");
        }
        branch = &branch->below[keys[at]];
    }
    if (!branch->below.empty()) {
        return failure("a value for what has options below it; remove one of them");
    }
    branch->value = value;
    return {};
}

class Writer {
  public:
    explicit Writer(YamlDocument& document) : document_{document} {}

    YamlNode* node(YamlNode::Kind kind) {
        document_.nodes.emplace_back().kind = kind;
        return &document_.nodes.back();
    }

    YamlNode* scalar(const std::string& text) {
        YamlNode* made = node(YamlNode::Kind::scalar);
        made->text = text;
        return made;
    }

    YamlNode* list(const std::string& text) {
        YamlNode* made = node(YamlNode::Kind::sequence);
        for (const std::string& item : split(text, ',')) {
            made->items.push_back(scalar(item));
        }
        return made;
    }

    YamlNode* mapping(const LabelBranch& branch) {
        YamlNode* made = node(YamlNode::Kind::mapping);
        for (const auto& [key, below] : branch.below) {
            made->entries.push_back({key, {}, value(key, below)});
        }
        return made;
    }

  private:
    YamlNode* value(std::string_view key, const LabelBranch& branch) {
        if (!branch.value) {
            return mapping(branch);
        }
        return contains(kLists, key) ? list(*branch.value) : scalar(*branch.value);
    }

    YamlDocument& document_;
};

// One entry for each host.
void write_route(Writer& writer, YamlNode& routes, const std::string& service, LabelBranch route,
                 const std::string& name, std::vector<std::string>& names) {
    const auto host = route.below.find("host");
    const std::string hosts =
        host == route.below.end() ? std::string{} : host->second.value.value_or("");
    route.below.erase("host");
    // A route that redirects leads to no service.
    const auto redirect = route.below.find("redirect");
    const bool redirects = redirect != route.below.end() && redirect->second.value != "off";
    for (const std::string& one : split(hosts, ',')) {
        YamlNode* entry = writer.mapping(route);
        if (!one.empty()) {
            entry->entries.push_back({"host", {}, writer.scalar(one)});
        }
        if (!redirects) {
            entry->entries.push_back({"service", {}, writer.scalar(service)});
        }
        routes.items.push_back(entry);
        names.push_back(name);
    }
}

}  // namespace

Result<LabelTree> grow(const std::map<std::string, std::string>& labels) {
    LabelTree tree;
    for (const auto& [label, value] : labels) {
        if (!label.starts_with(kLabelPrefix)) {
            return failure(label + ": no label of ours");
        }
        if (const auto grown = put(tree, label, value); !grown) {
            return failure(label + ": " + grown.error().text);
        }
    }
    return tree;
}

std::size_t routes_of(const LabelTree& tree) {
    std::size_t count = 0;
    for (const auto& [name, route] : tree.routes) {
        const auto host = route.below.find("host");
        const std::string hosts =
            host == route.below.end() ? std::string{} : host->second.value.value_or("");
        count += 1 + static_cast<std::size_t>(std::count(hosts.begin(), hosts.end(), ','));
    }
    return count;
}

LabelDocument document_of(const LabelTree& tree, const std::string& service) {
    LabelDocument document;
    Writer writer{document.yaml};
    YamlNode* options = writer.mapping(tree.service);
    options->entries.push_back({"swarm", {}, writer.scalar(service)});
    YamlNode* services = writer.node(YamlNode::Kind::mapping);
    services->entries.push_back({service, {}, options});
    YamlNode* routes = writer.node(YamlNode::Kind::sequence);
    for (const auto& [name, route] : tree.routes) {
        write_route(writer, *routes, service, route, name, document.route_names);
    }
    YamlNode* root = writer.node(YamlNode::Kind::mapping);
    root->entries.push_back({"services", {}, services});
    root->entries.push_back({"routes", {}, routes});
    document.yaml.root = root;
    return document;
}

std::string label_prefix(const std::string& route_name) {
    return std::string{kLabelPrefix} + (route_name.empty() ? "" : "routes." + route_name + ".");
}

}  // namespace portcullis::swarm
