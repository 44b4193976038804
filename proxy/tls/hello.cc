#include "proxy/tls/hello.h"

namespace portcullis::tls {
namespace {

std::size_t two_bytes(std::span<const unsigned char> bytes) {
    return static_cast<std::size_t>(bytes[0]) << 8U | bytes[1];
}

}  // namespace

// struct { NameType type; HostName<1..2^16-1> } ServerName; ServerName list<1..2^16-1>
std::optional<std::string_view> server_name(std::span<const unsigned char> extension) {
    if (extension.size() < 2 || two_bytes(extension) != extension.size() - 2) {
        return std::nullopt;
    }
    for (auto rest = extension.subspan(2); !rest.empty();) {
        if (rest.size() < 3 || two_bytes(rest.subspan(1)) > rest.size() - 3) {
            return std::nullopt;
        }
        const std::size_t length = two_bytes(rest.subspan(1));
        const auto name = rest.subspan(3, length);
        if (rest[0] == 0) {
            return length > 0 ? std::optional{std::string_view{
                                    reinterpret_cast<const char*>(name.data()), length}}
                              : std::nullopt;
        }
        rest = rest.subspan(3 + length);
    }
    return std::string_view{};
}

FirstByte first_byte(unsigned char byte) {
    constexpr unsigned char kHandshake = 22;
    if (byte == kHandshake) {
        return FirstByte::tls;
    }
    return byte >= 'A' && byte <= 'Z' ? FirstByte::http : FirstByte::other;
}

}  // namespace portcullis::tls
