// An address prefix: 10.0.0.0/24, 2001:db8::/32, or one address.
#pragma once

#include "config/types/address.h"

namespace portcullis {

struct Cidr {
    IpAddress network;
    int bits = 128;  // counted in the family's own width: 0 to 32 for IPv4, 0 to 128 for IPv6

    // Refuses host bits that are not zero and names the prefix that was meant.
    static Result<Cidr> parse(std::string_view text);
    [[nodiscard]] bool contains(const IpAddress& address) const;
    [[nodiscard]] std::string text() const;

    auto operator<=>(const Cidr&) const = default;
};

// The address with all but its first bits cleared, in the family's own width: for logs and per-network limits.
IpAddress truncate(const IpAddress& address, int v4_bits, int v6_bits);

}  // namespace portcullis
