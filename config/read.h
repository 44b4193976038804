// From the text of a configuration file to the model, with the place of every value. Touches no
// disk.
#pragma once

#include "config/diagnostics.h"
#include "config/model.h"
#include "config/yaml.h"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis {

// Where each value stood, by its path ("routes[2].service"); a service's entry is the place of its
// name.
using Positions = std::map<std::string, Mark, std::less<>>;

struct Draft {
    Config config;  // what could be read; the rest at its default
    Positions positions;
    std::vector<Diagnostic>
        diagnostics;  // unknown, duplicate and missing keys, values of the wrong kind
};

// More mistakes than this are one mistake, repeated.
constexpr std::size_t kDiagnosticsMax = 200;

// What was read already; document.mistakes are passed over.
Draft read_config(const YamlDocument& document, const std::filesystem::path& file);

// file names the diagnostics and is where relative paths start; it is not opened.
Draft read_config(std::string_view text, const std::filesystem::path& file);

}  // namespace portcullis
