// Labels as a tree of options, before they have a meaning: which belong to the service, which to
// which of its routes, and the same in the form of a configuration file.
#pragma once

#include "base/result.h"
#include "config/yaml.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::swarm {

// An option with a value, or with options below it.
struct LabelBranch {
    std::optional<std::string> value;
    std::map<std::string, LabelBranch> below;
};

struct LabelTree {
    LabelBranch service;
    std::map<std::string, LabelBranch> routes;  // by name; that without one is ""
    std::vector<std::string> share;             // names of other swarm services, or "yes"
    std::vector<std::string> notes;             // sentences: labels that have no effect
};

// Fails at a label that is no option, or that nobody may set by a label.
Result<LabelTree> grow(const std::map<std::string, std::string>& labels);

// How many entries of routes the tree makes: one for each host of each of its routes. Cheap, unlike
// document_of(), which copies all options of a route for each of its hosts.
std::size_t routes_of(const LabelTree& tree);

// A configuration of one service and its routes, without marks.
struct LabelDocument {
    YamlDocument yaml;
    std::vector<std::string>
        route_names;  // of each entry of routes; one of several hosts is several
};

LabelDocument document_of(const LabelTree& tree, const std::string& service);

// "portcullis." or "portcullis.routes.NAME."
std::string label_prefix(const std::string& route_name);

}  // namespace portcullis::swarm
