// An IP address of either family, and an address with a port.
#pragma once

#include "base/result.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis {

// Sixteen bytes in network order; IPv4 is kept as ::ffff:a.b.c.d, so that a client that came in through a
// dual-stack listener equals the same client on an IPv4 one. Zone identifiers are not kept.
class IpAddress {
  public:
    IpAddress() = default;  // ::
    static IpAddress v4(std::uint32_t host_order);
    static IpAddress v6(const std::array<std::uint8_t, 16>& bytes);
    // "10.0.0.1", "2001:db8::1"; no brackets, no port, no prefix length.
    static Result<IpAddress> parse(std::string_view text);

    [[nodiscard]] bool is_v4() const;
    // The IPv4 address in host order; only when is_v4().
    [[nodiscard]] std::uint32_t v4_host_order() const;
    [[nodiscard]] const std::array<std::uint8_t, 16>& bytes() const { return bytes_; }
    // Canonical text (RFC 5952); IPv4 as dotted quad.
    [[nodiscard]] std::string text() const;

    auto operator<=>(const IpAddress&) const = default;

  private:
    std::array<std::uint8_t, 16> bytes_{};
};

struct SocketAddress {
    IpAddress address;
    std::uint16_t port = 0;

    // "10.0.1.4:8080", "[2001:db8::1]:8080"; the port is 1 to 65535.
    static Result<SocketAddress> parse(std::string_view text);
    // From accept(2) or getpeername(2): AF_INET or AF_INET6.
    static SocketAddress from(const sockaddr* address);
    // Fills a sockaddr_in or sockaddr_in6, for connect(2); returns its length.
    socklen_t to(sockaddr_storage& storage) const;
    [[nodiscard]] std::string text() const;

    auto operator<=>(const SocketAddress&) const = default;
};

}  // namespace portcullis
