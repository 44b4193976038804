// Whole small files: configuration, certificates, keys.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis {

// Reads all of it. Fails, naming the path, when it is absent, unreadable, a directory, or longer
// than bytes_max.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t bytes_max = 16U << 20U);

// Whether a file must outlive a loss of power.
enum class Durable : std::uint8_t { no, yes };

// Puts content there, whole or not at all, also across a loss of power if it is durable: a new file
// of that mode, whatever the umask, is written beside it and takes its name.
Result<void> replace_file(const std::filesystem::path& path, std::string_view content,
                          std::filesystem::perms mode = std::filesystem::perms{0600},
                          Durable durable = Durable::yes);

}  // namespace portcullis
