// A question of DNS for the name of an address, and the responses to it (RFC 1035 section 4.1; 3.5
// for IPv4, RFC 3596 section 2.5 for IPv6). Pure. Responses are read by the C library's parser.
#pragma once

#include "config/types/address.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::dns {

// What fits into a datagram without EDNS (RFC 1035 section 2.3.4).
constexpr std::size_t kMessageMax = 512;

// "7.0.10.10.in-addr.arpa"
std::string reverse_name(const IpAddress& address);

// The message that asks for the PTR record of that name.
std::string make_question(std::uint16_t id, const std::string& name);

// The name in a response to that question; empty when it says that there is none, or gives several.
// Nothing when the message is not a response to it: another id, another question, or malformed.
std::optional<std::string> read_response(std::string_view message, std::uint16_t id,
                                         const std::string& name);

}  // namespace portcullis::dns
