// A page that is sent in place of a service's answer.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis {

struct Page {
    std::string_view content_type;  // of static storage
    std::string body;
};

constexpr std::size_t kPageBytesMax = 256U << 10U;

// The type is that of the file's name: .html, .txt or .json. Fails for another one, and for text
// that is not UTF-8.
Result<Page> parse_page(const std::filesystem::path& file, std::string text);

}  // namespace portcullis
