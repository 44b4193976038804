// Certificate authorities and what they have revoked, read once while the configuration is loaded.
// Whom they make trusted is the proxy's to say (proxy/tls/trust.h).
#pragma once

#include "base/handle.h"
#include "base/result.h"

#include <openssl/x509.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>
#include <vector>

namespace portcullis {

using Digest = std::array<std::uint8_t, 32>;  // SHA-256

// Both are immutable after load; safe to share between threads (OpenSSL counts references
// atomically).
struct Authorities {
    std::vector<Handle<X509, X509_free>> certificates;  // one at least, in the order of the file
    Digest digest{};                                    // of their DER
};

struct Revocations {
    std::vector<Handle<X509_CRL, X509_CRL_free>> lists;  // one at least, in the order of the file
    Digest digest{};
    // When the first of them has to be replaced by a newer one (nextUpdate); from then on everybody
    // whom that list is needed for is refused.
    std::chrono::system_clock::time_point end = std::chrono::system_clock::time_point::max();
};

// Parse PEM texts. Fail when one is malformed or holds nothing of its kind.
Result<Authorities> parse_authorities(std::string_view pem);
Result<Revocations> parse_revocations(std::string_view pem);

// Whether each of the lists was issued by one of the authorities.
bool issued_by(const Revocations& revocations, const Authorities& authorities);

}  // namespace portcullis
