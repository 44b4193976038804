#include "config/scalar.h"

#include <charconv>

namespace portcullis {

Result<std::size_t> parse_count(std::string_view text) {
    std::size_t count = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, count);
    if (error == std::errc::result_out_of_range) {
        return failure(in_quotes(text) + " is too large a number");
    }
    if (error != std::errc{} || at != end) {
        return failure(in_quotes(text) + " is not a whole number");
    }
    return count;
}

Result<IpAddress> parse_listen_address(std::string_view text) {
    auto address = IpAddress::parse(text);
    if (address) {
        return address;
    }
    const auto with_port = SocketAddress::parse(text);
    if (with_port) {
        return failure(in_quotes(text) + " has a port; write " +
                       in_quotes(with_port->address.text()) + ", the port is always 443");
    }
    if (parse_count(text) || text.starts_with(':') || text.starts_with("*:")) {
        return failure(in_quotes(text) +
                       " is a port; write '::' for every address, the port is always 443");
    }
    return address;
}

}  // namespace portcullis
