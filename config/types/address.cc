#include "config/types/address.h"

#include "base/check.h"
#include "config/types/quote.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

namespace portcullis {
namespace {

// ::ffff:0:0/96, the IPv4-mapped addresses (RFC 4291, 2.5.5.2).
constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

IpAddress from_in_addr(const in_addr& address) {
    return IpAddress::v4(ntohl(address.s_addr));
}

IpAddress from_in6_addr(const in6_addr& address) {
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), &address, bytes.size());
    return IpAddress::v6(bytes);
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
    std::uint16_t port = 0;
    const char* end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, port);
    if (error != std::errc{} || at != end || port == 0) {
        return std::nullopt;
    }
    return port;
}

// "2001:db8::1" or "2001:db8::1:8080": the brackets are missing, and where the port begins is a
// guess.
bool looks_like_bare_v6(std::string_view text) {
    return !text.starts_with('[') && std::count(text.begin(), text.end(), ':') > 1;
}

}  // namespace

IpAddress IpAddress::v4(std::uint32_t host_order) {
    IpAddress address;
    std::copy(kMapped.begin(), kMapped.end(), address.bytes_.begin());
    for (std::size_t i = 0; i < 4; ++i) {
        address.bytes_[12 + i] = static_cast<std::uint8_t>(host_order >> (24 - 8 * i));
    }
    return address;
}

IpAddress IpAddress::v6(const std::array<std::uint8_t, 16>& bytes) {
    IpAddress address;
    address.bytes_ = bytes;
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (!text.empty() && text.size() < terminated.size() &&
        text.find('\0') == std::string_view::npos) {
        std::copy(text.begin(), text.end(), terminated.begin());
        in_addr four{};
        if (::inet_pton(AF_INET, terminated.data(), &four) == 1) {
            return from_in_addr(four);
        }
        in6_addr six{};
        if (::inet_pton(AF_INET6, terminated.data(), &six) == 1) {
            return from_in6_addr(six);
        }
    }
    return failure(in_quotes(text) + " is not an IP address; write it as 10.0.0.1 or 2001:db8::1");
}

bool IpAddress::is_v4() const {
    return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin());
}

std::uint32_t IpAddress::v4_host_order() const {
    CHECK(is_v4() && "an IPv6 address has no 32-bit form");
    std::uint32_t value = 0;
    for (std::size_t i = 12; i < 16; ++i) {
        value = value << 8U | bytes_[i];
    }
    return value;
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4()) {
        ::inet_ntop(AF_INET, bytes_.data() + 12, text.data(), text.size());
    } else {
        ::inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
    }
    return text.data();
}

Result<SocketAddress> SocketAddress::parse(std::string_view text) {
    if (looks_like_bare_v6(text)) {
        return failure(in_quotes(text) +
                       " is ambiguous; put the IPv6 address in brackets, as in [2001:db8::1]:8080");
    }
    const std::size_t colon = text.rfind(':');
    const bool bracketed = text.starts_with('[');
    if (colon == std::string_view::npos || (bracketed && (colon < 2 || text[colon - 1] != ']'))) {
        return failure(in_quotes(text) +
                       " has no port; write it as 10.0.1.4:8080 or [2001:db8::1]:8080");
    }
    const std::string_view host = bracketed ? text.substr(1, colon - 2) : text.substr(0, colon);
    auto address = IpAddress::parse(host);
    if (!address || (bracketed && host.find(':') == std::string_view::npos)) {
        return failure(in_quotes(host) +
                       " is not an IP address; endpoints are addresses, such as 10.0.1.4:8080");
    }
    const auto port = parse_port(text.substr(colon + 1));
    if (!port) {
        return failure(in_quotes(text.substr(colon + 1)) + " is not a port; ports are 1 to 65535");
    }
    return SocketAddress{*address, *port};
}

SocketAddress SocketAddress::from(const sockaddr* address) {
    if (address->sa_family == AF_INET) {
        sockaddr_in four{};
        std::memcpy(&four, address, sizeof four);
        return {from_in_addr(four.sin_addr), ntohs(four.sin_port)};
    }
    CHECK(address->sa_family == AF_INET6 && "a socket of another family");
    sockaddr_in6 six{};
    std::memcpy(&six, address, sizeof six);
    return {from_in6_addr(six.sin6_addr), ntohs(six.sin6_port)};
}

socklen_t SocketAddress::to(sockaddr_storage& storage) const {
    storage = {};
    if (address.is_v4()) {
        sockaddr_in four{};
        four.sin_family = AF_INET;
        four.sin_port = htons(port);
        four.sin_addr.s_addr = htonl(address.v4_host_order());
        std::memcpy(&storage, &four, sizeof four);
        return sizeof four;
    }
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    std::memcpy(&six.sin6_addr, address.bytes().data(), address.bytes().size());
    std::memcpy(&storage, &six, sizeof six);
    return sizeof six;
}

std::string SocketAddress::text() const {
    const std::string host = address.is_v4() ? address.text() : "[" + address.text() + "]";
    return host + ":" + std::to_string(port);
}

}  // namespace portcullis
