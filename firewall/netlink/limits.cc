#include "firewall/netlink/limits.h"

#include "config/types/quote.h"

#include <fmt/format.h>

namespace portcullis::firewall {

Result<void> check_name(std::string_view kind, std::string_view name, std::size_t bytes_max) {
    if (name.empty()) {
        return failure(fmt::format("a {} without a name", kind));
    }
    if (name.size() > bytes_max) {
        return failure(fmt::format("{} {} has {} bytes; the kernel takes {}", kind,
                                   in_quotes(name.substr(0, 24)), name.size(), bytes_max));
    }
    if (name.find('\0') != std::string_view::npos) {
        return failure(fmt::format("{} {} has a zero byte in its name", kind, in_quotes(name)));
    }
    return {};
}

Result<void> check_set(const Set& set) {
    if (Result<void> named = check_name("set", set.name); !named) {
        return named;
    }
    const std::size_t width = width_of(set.type);
    for (const Element& element : set.elements) {
        if (element.first.size() != width || element.last.size() != width ||
            element.last < element.first || (!set.interval && element.first != element.last) ||
            (!set.timeout && element.expires)) {
            return failure(fmt::format("set {} cannot hold one of its elements", set.name));
        }
    }
    return {};
}

}  // namespace portcullis::firewall
