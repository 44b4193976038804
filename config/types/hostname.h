// DNS names as certificates, SNI, Host and routes use them.
#pragma once

#include "base/result.h"

#include <compare>
#include <string>
#include <string_view>

namespace portcullis {

// The form all comparisons use: lower case, no trailing dot; an IP literal as IpAddress::text() gives it, an
// IPv6 one without brackets. Refuses what is neither that nor a hostname of RFC 1123: labels of 1 to 63 letters,
// digits, hyphens (not at an end) and underscores, 253 bytes in all, the last label no number.
Result<std::string> canonical_hostname(std::string_view text);

// A name or a wildcard: "shop.example.com", "*.clinic.example.com". The star stands for one label at least
// in routes and for exactly one in certificates (RFC 6125, 6.4.3); it is only ever the whole leftmost label.
class HostPattern {
  public:
    HostPattern() = default;
    static Result<HostPattern> parse(std::string_view text);

    [[nodiscard]] bool wildcard() const { return wildcard_; }
    // The name, or what follows "*." of a wildcard. Canonical.
    [[nodiscard]] const std::string& name() const { return name_; }
    // canonical: as canonical_hostname returns it.
    [[nodiscard]] bool matches_route(std::string_view canonical) const;
    [[nodiscard]] bool matches_certificate(std::string_view canonical) const;
    [[nodiscard]] std::string text() const;

    auto operator<=>(const HostPattern&) const = default;

  private:
    std::string name_;
    bool wildcard_ = false;
};

}  // namespace portcullis
