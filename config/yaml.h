// A YAML document as a plain tree that remembers where everything stood. yaml.cc is the only file
// of the project that knows yaml-cpp; what it throws ends there.
#pragma once

#include "config/diagnostics.h"

#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

struct Mark {
    int line = 0;    // from 1; 0 when unknown
    int column = 0;  // from 1, in bytes
};

struct YamlNode;

struct YamlEntry {
    std::string key;
    Mark mark;                        // of the key
    const YamlNode* value = nullptr;  // never null
};

struct YamlNode {
    enum class Kind : std::uint8_t { null, scalar, sequence, mapping };
    Kind kind = Kind::null;
    Mark mark;
    std::string text;                    // scalar: without its quotes
    std::vector<const YamlNode*> items;  // sequence
    std::vector<YamlEntry> entries;      // mapping: as written, duplicate keys included
};

// Owns its nodes. An alias is a second pointer to the anchor's node, so an alias bomb costs nothing
// here; a node never contains itself.
struct YamlDocument {
    std::deque<YamlNode> nodes;
    const YamlNode* root = nullptr;    // null exactly when there are mistakes
    std::vector<Diagnostic> mistakes;  // without file; one at most, as nothing is sure after it
};

constexpr int kYamlDepthMax = 32;
constexpr std::size_t kYamlNodesMax = 200'000;

// text must be UTF-8 without control characters, and one document; anything else is a mistake with
// its place.
YamlDocument parse_yaml(std::string_view text);

}  // namespace portcullis
