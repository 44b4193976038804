// The name of a network interface.
#pragma once

#include "base/result.h"

#include <compare>
#include <string>
#include <string_view>

namespace portcullis {

struct InterfaceName {
    std::string text;

    // What the kernel takes (1 to 15 bytes, no "/", ":" or space), less what other programs read as
    // more than a name: letters, digits, ".", "_", "-", "@" and "+" remain.
    static Result<InterfaceName> parse(std::string_view text);

    auto operator<=>(const InterfaceName&) const = default;
};

}  // namespace portcullis
