// What we read of a ClientHello ourselves, before OpenSSL decides anything on it.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace portcullis::tls {

// The host_name inside a server_name extension (RFC 6066, section 3); empty when the list holds
// none, nothing when the extension is malformed. A view into the extension.
std::optional<std::string_view> server_name(std::span<const unsigned char> extension);

// What a connection's first byte shows it to be: a TLS record of type handshake (22), the start of
// a plaintext HTTP request (a method's letter), or neither.
enum class FirstByte : unsigned char { tls, http, other };
FirstByte first_byte(unsigned char byte);

}  // namespace portcullis::tls
