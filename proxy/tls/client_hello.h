// The name in a ClientHello that nobody has taken from the socket yet: what decides whether the
// connection is passed through unopened. Only for that: what OpenSSL terminates, OpenSSL reads.
//
//   TLSPlaintext (RFC 8446, 5.1), one or more   | 22 | 03 xx | length | fragment |
//   Handshake (4), across the fragments         | 1 | length, 3 bytes | ClientHello |
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::tls {

// A ClientHello of this many bytes, record headers included, is looked at; a longer one is not
// passed through. Post-quantum key shares make about 1,700.
constexpr std::size_t kClientHelloMax = 16U << 10U;

struct ClientHello {
    enum class State : std::uint8_t {
        incomplete,  // so far it is one
        whole,
        unusable,  // malformed, or too long
    };

    State state = State::incomplete;
    std::string sni;  // as sent; empty when there is none. For whole only
};

// bytes: all that has come, from the first record on. Never throws but for want of memory.
ClientHello read_client_hello(std::string_view bytes);

}  // namespace portcullis::tls
