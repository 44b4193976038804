// Whole small files: configuration, certificates, keys.
#pragma once

#include "base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace portcullis {

// Reads all of it. Fails, naming the path, when it is absent, unreadable, a directory, or longer
// than bytes_max.
Result<std::string> read_file(const std::filesystem::path& path,
                              std::size_t bytes_max = 16U << 20U);

}  // namespace portcullis
