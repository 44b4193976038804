// Frames of HTTP/2 written by hand (RFC 9113, 4.1 and 6), right or wrong as the test wants them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::http2::test {

inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

enum class Type : std::uint8_t {
    data = 0,
    headers = 1,
    priority = 2,
    rst_stream = 3,
    settings = 4,
    push_promise = 5,
    ping = 6,
    goaway = 7,
    window_update = 8,
    continuation = 9,
};

inline constexpr std::uint8_t kEndStream = 0x1;
inline constexpr std::uint8_t kAck = 0x1;
inline constexpr std::uint8_t kEndHeaders = 0x4;

inline std::string number32(std::uint32_t number) {
    return {static_cast<char>(number >> 24U), static_cast<char>(number >> 16U),
            static_cast<char>(number >> 8U), static_cast<char>(number)};
}

inline std::string frame(Type type, std::uint8_t flags, std::uint32_t stream,
                         std::string_view payload) {
    std::string bytes = number32(static_cast<std::uint32_t>(payload.size())).substr(1);
    bytes += static_cast<char>(type);
    bytes += static_cast<char>(flags);
    return bytes + number32(stream) + std::string{payload};
}

// HPACK without table and without Huffman coding (RFC 7541, 6.2.2); both at most 126 bytes long.
inline std::string literal(std::string_view name, std::string_view value) {
    std::string bytes{'\0'};
    bytes += static_cast<char>(name.size());
    bytes += name;
    bytes += static_cast<char>(value.size());
    return bytes += value;
}

inline std::string get(std::string_view path = "/", std::string_view host = "a.example") {
    return literal(":method", "GET") + literal(":scheme", "https") + literal(":path", path) +
           literal(":authority", host);
}

inline std::string post() {
    return literal(":method", "POST") + literal(":scheme", "https") + literal(":path", "/") +
           literal(":authority", "a.example");
}

}  // namespace portcullis::http2::test
