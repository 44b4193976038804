#include "proxy/proxy_protocol/header.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace portcullis::proxy_protocol {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kV1 = "PROXY ";
constexpr std::size_t kV1Max = 107;  // its CRLF included
constexpr std::string_view kV2 = "\r\n\r\n\0\r\nQUIT\n"sv;
constexpr std::size_t kV2Fixed = 16;

constexpr unsigned char kLocal = 0x20;
constexpr unsigned char kProxy = 0x21;
constexpr unsigned char kTcp4 = 0x11;
constexpr unsigned char kTcp6 = 0x21;

const Header kMalformed{Header::State::malformed, 0, {}};

bool begins_like(std::string_view bytes, std::string_view signature) {
    const std::size_t size = std::min(bytes.size(), signature.size());
    return bytes.substr(0, size) == signature.substr(0, size);
}

// Up to the next space, which is taken too; the last word has none behind it.
std::string_view take_word(std::string_view& line) {
    const std::size_t end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
    return word;
}

std::optional<IpAddress> address(std::string_view word, bool v4) {
    const auto parsed = IpAddress::parse(word);
    // A mapped address is a way to write IPv4, and has no place in either family.
    if (!parsed || parsed->is_v4() != v4) {
        return std::nullopt;
    }
    return *parsed;
}

// Decimal, no leading zero.
std::optional<std::uint16_t> port(std::string_view word) {
    std::uint16_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    const bool zero_first = word.size() > 1 && word[0] == '0';
    if (error != std::errc{} || end != word.data() + word.size() || zero_first) {
        return std::nullopt;
    }
    return value;
}

// "TCP4 192.0.2.1 198.51.100.1 56324 443"
std::optional<Ends> ends_of(std::string_view line, bool v4) {
    const auto source = address(take_word(line), v4);
    const auto target = address(take_word(line), v4);
    const auto source_port = port(take_word(line));
    const auto target_port = port(line);
    if (!source || !target || !source_port || !target_port) {
        return std::nullopt;
    }
    return Ends{{*source, *source_port}, {*target, *target_port}};
}

Header read_v1(std::string_view bytes) {
    const std::size_t end = bytes.substr(0, kV1Max).find("\r\n");
    if (end == std::string_view::npos) {
        return bytes.size() < kV1Max ? Header{} : kMalformed;
    }
    std::string_view line = bytes.substr(kV1.size(), end - kV1.size());
    Header header{Header::State::whole, end + 2, {}};
    const std::string_view family = take_word(line);
    if (family == "UNKNOWN") {
        return header;
    }
    if (family != "TCP4" && family != "TCP6") {
        return kMalformed;
    }
    header.ends = ends_of(line, family == "TCP4");
    return header.ends ? header : kMalformed;
}

std::uint16_t two_bytes(std::string_view bytes) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[0]) << 8U |
                                      static_cast<unsigned char>(bytes[1]));
}

IpAddress v4(std::string_view bytes) {
    return IpAddress::v4(static_cast<std::uint32_t>(two_bytes(bytes)) << 16U |
                         two_bytes(bytes.substr(2)));
}

IpAddress v6(std::string_view bytes) {
    std::array<std::uint8_t, 16> address{};
    std::copy_n(bytes.begin(), address.size(), address.begin());
    return IpAddress::v6(address);
}

// The addresses and ports of a version 2 header, one behind the other: sources before targets.
template <class Address>
std::optional<Ends> take_ends(std::string_view block, std::size_t size, Address address) {
    if (block.size() < 2 * size + 4) {
        return std::nullopt;
    }
    return Ends{{address(block.substr(0, size)), two_bytes(block.substr(2 * size))},
                {address(block.substr(size, size)), two_bytes(block.substr(2 * size + 2))}};
}

Header read_v2(std::string_view bytes) {
    if (bytes.size() < kV2Fixed) {
        return {};
    }
    const auto command = static_cast<unsigned char>(bytes[12]);
    const auto family = static_cast<unsigned char>(bytes[13]);
    Header header{Header::State::whole, kV2Fixed + two_bytes(bytes.substr(14)), {}};
    if ((command != kLocal && command != kProxy) || header.bytes > kHeaderMax) {
        return kMalformed;
    }
    if (bytes.size() < header.bytes) {
        return {};
    }
    const std::string_view block = bytes.substr(kV2Fixed, header.bytes - kV2Fixed);
    if (command == kLocal || (family != kTcp4 && family != kTcp6)) {
        return header;
    }
    header.ends = family == kTcp4 ? take_ends(block, 4, v4) : take_ends(block, 16, v6);
    return header.ends ? header : kMalformed;
}

bool both_v4(const Ends& ends) {
    return ends.source.address.is_v4() && ends.target.address.is_v4();
}

void append_two_bytes(std::string& out, std::size_t number) {
    out += static_cast<char>(number >> 8U);
    out += static_cast<char>(number & 0xffU);
}

void append_address(std::string& out, const IpAddress& address, bool as_v4) {
    const auto& bytes = address.bytes();
    out.append(bytes.begin() + (as_v4 ? 12 : 0), bytes.end());
}

}  // namespace

Header read_header(std::string_view bytes) {
    if (begins_like(bytes, kV2)) {
        return read_v2(bytes);
    }
    return begins_like(bytes, kV1) ? read_v1(bytes) : kMalformed;
}

void append_v1(std::string& out, const Ends& ends) {
    // One of each family: the other is written as what it would be in IPv6, which no reader of
    // version 1 has to understand.
    if (ends.source.address.is_v4() != ends.target.address.is_v4()) {
        append_v1_unknown(out);
        return;
    }
    out += both_v4(ends) ? "PROXY TCP4 " : "PROXY TCP6 ";
    out += ends.source.address.text() + " " + ends.target.address.text() + " ";
    out += std::to_string(ends.source.port) + " " + std::to_string(ends.target.port) + "\r\n";
}

void append_v2(std::string& out, const Ends& ends) {
    const bool v4 = both_v4(ends);
    out += kV2;
    out += static_cast<char>(kProxy);
    out += static_cast<char>(v4 ? kTcp4 : kTcp6);
    append_two_bytes(out, v4 ? 12 : 36);
    append_address(out, ends.source.address, v4);
    append_address(out, ends.target.address, v4);
    append_two_bytes(out, ends.source.port);
    append_two_bytes(out, ends.target.port);
}

void append_v1_unknown(std::string& out) {
    out += "PROXY UNKNOWN\r\n";
}

void append_v2_local(std::string& out) {
    out += kV2;
    out += static_cast<char>(kLocal);
    out += '\0';  // no family
    append_two_bytes(out, 0);
}

}  // namespace portcullis::proxy_protocol
