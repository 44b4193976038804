// The header with which a proxy tells, at the start of a connection, for whom it was made: the
// PROXY protocol of HAProxy, versions 1 (a line) and 2 (binary). Pure.
#pragma once

#include "config/types/address.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::proxy_protocol {

// Where a connection comes from and where it went to.
struct Ends {
    SocketAddress source;
    SocketAddress target;

    bool operator==(const Ends&) const = default;
};

// A longer header is malformed: 16 bytes, two IPv6 addresses and ports, and extensions (TLVs), of
// which clouds send a few hundred bytes.
constexpr std::size_t kHeaderMax = 4U << 10U;

struct Header {
    enum class State : std::uint8_t { incomplete, whole, malformed };

    State state = State::incomplete;
    std::size_t bytes = 0;  // of the header; for whole only
    // Absent where the header makes no statement: LOCAL, UNKNOWN, or another family than TCP over
    // IP. Then the connection's own addresses are the truth.
    std::optional<Ends> ends;
};

// bytes: all that has come, from the connection's first byte on. Extensions are passed over.
Header read_header(std::string_view bytes);

void append_v1(std::string& out, const Ends& ends);
void append_v2(std::string& out, const Ends& ends);

// For a connection of our own, which is for nobody: UNKNOWN, and LOCAL.
void append_v1_unknown(std::string& out);
void append_v2_local(std::string& out);

}  // namespace portcullis::proxy_protocol
