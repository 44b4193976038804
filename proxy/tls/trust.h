// Whose certificates are believed: authorities, and what they have revoked.
#pragma once

#include "base/handle.h"
#include "config/authorities.h"

#include <openssl/x509_vfy.h>

#include <chrono>
#include <string_view>
#include <vector>

namespace portcullis::tls {

using X509Handle = Handle<X509, X509_free>;
using Time = std::chrono::system_clock::time_point;

// What a certificate is worth to an authority.
struct Verdict {
    int error = X509_V_ERR_UNSPECIFIED;  // X509_V_OK: it is the authority's, and not revoked
    // From when to when that holds: inside the validity of each certificate of the chain, and of
    // each revocation list.
    Time from{};
    Time until{};
};

// For people and the log: "certificate revoked". Static text.
std::string_view reason(const Verdict& verdict);

// A certificate that is in the file is trusted even if its issuer is not: whoever names an
// intermediate authority means that one, and not all that its root has issued. With revocations,
// each authority between a client and the trusted one needs a list in the file.
Handle<X509_STORE, X509_STORE_free> make_store(const Authorities& authorities,
                                               const Revocations* revocations = nullptr);

// For certificates of clients. Immutable; verify() may be called by one thread at a time.
class Trust {
  public:
    // revocations may be null: then nothing counts as revoked.
    Trust(const Authorities& authorities, const Revocations* revocations);

    // leaf must have been shown with proof that its key is held (the handshake sees to that);
    // intermediates are what came with it, believed in nothing. Does not look at the clock: whether
    // now is inside the verdict's time is for the caller to judge, again and again.
    [[nodiscard]] Verdict verify(X509* leaf, const std::vector<X509Handle>& intermediates) const;

    // Of the authorities' certificates: which of them a client was asked for.
    [[nodiscard]] const Digest& authorities() const { return authorities_; }

    // Of everything a verdict depends on.
    [[nodiscard]] const Digest& digest() const { return digest_; }

  private:
    Handle<X509_STORE, X509_STORE_free> store_;
    Digest authorities_;
    Digest digest_;
    Time revocations_end_ = Time::max();
};

}  // namespace portcullis::tls
