// The host that a request is for: what Host and absolute-form targets hold (RFC 9110, 7.2; RFC
// 3986, 3.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::http {

// A host in the form that all comparisons use, kept inline: splitting one never allocates.
class Authority {
  public:
    static constexpr std::size_t kHostBytesMax = 253;  // RFC 1035, as text without its trailing dot

    // Lower case, without trailing dot; an IPv6 address as RFC 5952 text without brackets.
    [[nodiscard]] std::string_view host() const { return {text_.data(), size_}; }

    // 1 to 65535; empty when none was written.
    [[nodiscard]] std::optional<std::uint16_t> port() const {
        return port_ == 0 ? std::nullopt : std::optional{port_};
    }

  private:
    friend std::optional<Authority> split_authority(std::string_view);

    std::array<char, kHostBytesMax + 1> text_;  // the first size_ bytes are set
    std::uint8_t size_ = 0;
    std::uint16_t port_ = 0;  // 0: none
};

// Splits "host", "host:port", "[v6]" or "[v6]:port". Nothing for what is not a host of letters,
// digits, hyphens and underscores in labels of 1 to 63 bytes, or an IP literal: no userinfo,
// escapes, zone identifiers or zero ports. An empty port is none, and zeros before one do not count
// (RFC 3986, 3.2.3 and 6.2.3).
std::optional<Authority> split_authority(std::string_view text);

// The same as it is passed on: without an empty port, and without zeros before one, which not every
// origin reads alike. text: one that split_authority() takes. The result is a view of text or of
// storage.
std::string_view plain_authority(std::string_view text, std::string& storage);

}  // namespace portcullis::http
