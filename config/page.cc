#include "config/page.h"

#include "config/types/quote.h"

#include <array>

namespace portcullis {
namespace {

struct Type {
    std::string_view extension;
    std::string_view content_type;
};

constexpr std::array<Type, 4> kTypes{{{".html", "text/html; charset=utf-8"},
                                      {".htm", "text/html; charset=utf-8"},
                                      {".txt", "text/plain; charset=utf-8"},
                                      {".json", "application/json"}}};

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace

Result<Page> parse_page(const std::filesystem::path& file, std::string text) {
    for (const Type& type : kTypes) {
        if (file.extension() == type.extension) {
            if (!is_utf8(text)) {
                return failure(in_quotes(file.string()) + " is not UTF-8");
            }
            return Page{type.content_type, std::move(text)};
        }
    }
    return failure(in_quotes(file.string()) + " is no page; name it .html, .txt or .json");
}

}  // namespace portcullis
