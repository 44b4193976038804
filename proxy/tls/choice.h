// Which certificates answer an SNI: a pure function of the configuration.
//
// The most specific name decides alone: a name that stands in a certificate, else the wildcard of
// exactly one label (RFC 6125, 6.4.3), else the default certificate where the configuration asks
// for one. An ECDSA certificate of the wildcard does not join an RSA certificate of the name.
#pragma once

#include "base/string_map.h"
#include "config/certificate.h"
#include "config/model.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace portcullis::tls {

// One of the two may be null. Owned by the certificates of Choices.
struct Choice {
    const Certificate* ecdsa = nullptr;
    const Certificate* rsa = nullptr;
    bool is_default = false;  // also answers an unknown or absent SNI
};

// Immutable; shares ownership of the certificates it chooses from. The configuration must be valid.
class Choices {
  public:
    explicit Choices(const TlsConfig& tls);

    // canonical_sni: as canonical_hostname() gives it; empty: none was sent. Null: refuse with
    // unrecognized_name. The pointer lives as long as this object, which does not move what it
    // chose. Allocates nothing, never throws.
    [[nodiscard]] const Choice* find(std::string_view canonical_sni) const;

    // Each pair of certificates once, however many names lead to it: an SSL_CTX is made for each.
    [[nodiscard]] const std::vector<Choice>& all() const { return choices_; }

    // Of one that find() gave: its index in all().
    [[nodiscard]] std::size_t index_of(const Choice& chosen) const {
        return static_cast<std::size_t>(&chosen - choices_.data());
    }

  private:
    std::size_t add(const Choice& pair);

    std::vector<std::shared_ptr<const Certificate>> certificates_;
    std::vector<Choice> choices_;
    StringMap<std::size_t> exact_;     // name -> index into choices_
    StringMap<std::size_t> wildcard_;  // what follows "*." -> index into choices_
    std::optional<std::size_t> default_;
};

}  // namespace portcullis::tls
