// Who is believed when a certificate is shown: the authorities that issue them, and what they have
// taken back.
#pragma once

#include "base/handle.h"
#include "base/result.h"

#include <openssl/x509.h>

#include <string_view>
#include <vector>

namespace portcullis {

// Immutable after load; safe to share between threads (OpenSSL counts references atomically).
struct Authorities {
    std::vector<Handle<X509, X509_free>> certificates;  // one at least
};

struct Revocations {
    std::vector<Handle<X509_CRL, X509_CRL_free>> lists;  // one at least
};

// Parse PEM texts; whether what is in them is expired is for the caller to judge.
Result<Authorities> parse_authorities(std::string_view pem);
Result<Revocations> parse_revocations(std::string_view pem);

}  // namespace portcullis
