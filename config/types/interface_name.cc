#include "config/types/interface_name.h"

#include "config/types/quote.h"

#include <algorithm>

namespace portcullis {
namespace {

constexpr std::size_t kNameBytesMax = 15;  // IFNAMSIZ less the final zero

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view{"._-@+"}.find(c) != std::string_view::npos;
}

}  // namespace

Result<InterfaceName> InterfaceName::parse(std::string_view text) {
    if (text.size() > kNameBytesMax) {
        return failure(in_quotes(text) +
                       " is longer than an interface's name can be; 15 characters at most");
    }
    if (text.empty() || text == "." || text == ".." ||
        !std::all_of(text.begin(), text.end(), is_plain)) {
        return failure(in_quotes(text) +
                       " is not the name of an interface; 'ip link' lists them, and patterns are "
                       "not known here");
    }
    return InterfaceName{std::string{text}};
}

}  // namespace portcullis
