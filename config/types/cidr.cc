#include "config/types/cidr.h"

#include "config/types/quote.h"

#include <charconv>

namespace portcullis {
namespace {

int width(const IpAddress& address) {
    return address.is_v4() ? 32 : 128;
}

// The first bits of the sixteen bytes; an IPv4 address begins after its 96 bits of mapping.
IpAddress first_bits(const IpAddress& address, int bits) {
    std::array<std::uint8_t, 16> bytes = address.bytes();
    int left = bits + 128 - width(address);
    for (std::uint8_t& byte : bytes) {
        if (left < 8) {
            const unsigned mask = left > 0 ? 0xFF00U >> static_cast<unsigned>(left) : 0U;
            byte = static_cast<std::uint8_t>(byte & mask);
        }
        left -= 8;
    }
    return IpAddress::v6(bytes);
}

}  // namespace

Result<Cidr> Cidr::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::string_view network_text = text.substr(0, slash);
    const auto network = IpAddress::parse(network_text);
    if (!network) {
        return failure(in_quotes(text) +
                       " is not an address prefix; write it as 10.0.0.0/24 or 2001:db8::/32");
    }
    if (network->is_v4() && network_text.find(':') != std::string_view::npos) {
        return failure(in_quotes(text) +
                       " is an IPv4 address inside IPv6; write it as IPv4, such as " +
                       network->text() + "/32");
    }
    if (slash == std::string_view::npos) {
        return Cidr{*network, width(*network)};
    }
    const std::string_view bits_text = text.substr(slash + 1);
    int bits = -1;
    const char* end = bits_text.data() + bits_text.size();
    const auto [at, error] = std::from_chars(bits_text.data(), end, bits);
    if (error != std::errc{} || at != end || bits < 0 || bits > width(*network)) {
        return failure(in_quotes(bits_text) + " is not a prefix length; it is 0 to " +
                       std::to_string(width(*network)));
    }
    const Cidr meant{first_bits(*network, bits), bits};
    if (meant.network != *network) {
        return failure(in_quotes(text) + " has bits behind its prefix; write " + meant.text() +
                       " for the network, or " + network->text() + " for the one address");
    }
    return meant;
}

bool Cidr::contains(const IpAddress& address) const {
    return address.is_v4() == network.is_v4() && first_bits(address, bits) == network;
}

std::string Cidr::text() const {
    return network.text() + "/" + std::to_string(bits);
}

IpAddress truncate(const IpAddress& address, int v4_bits, int v6_bits) {
    return first_bits(address, address.is_v4() ? v4_bits : v6_bits);
}

}  // namespace portcullis
