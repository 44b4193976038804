// Who the client of one connection has shown to be: facts of its handshake, or of the one that its
// ticket goes back to. They decide nothing; whom they suffice for is asked at each request.
#pragma once

#include "proxy/tls/client_policies.h"
#include "proxy/tls/trust.h"

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace portcullis::tls {

// What an origin is told of a certificate that was verified.
struct CertificateText {
    std::string subject;  // RFC 2253, one printable line
    std::string issuer;
    std::string serial;       // hexadecimal
    std::string fingerprint;  // SHA-256, lower-case hexadecimal
};

class ClientIdentity {
  public:
    // Of a client that was asked for nothing.
    ClientIdentity() = default;
    // ssl: its handshake is over.
    ClientIdentity(std::shared_ptr<const Asked> asked, SSL* ssl);

    // Whether the client knew, in this connection's handshake, that a certificate of these
    // authorities is wanted.
    [[nodiscard]] bool asked_for(const Trust& trust) const;

    [[nodiscard]] bool presented() const { return leaf_ != nullptr; }

    // What the certificate is worth there. One must have been presented. Computed once for each
    // trust, for as long as the connection lives: files that a reload finds unchanged are the same
    // trust.
    Verdict verdict(const Trust& trust);

    // Of the certificate presented; computed once.
    const CertificateText& text();

  private:
    std::shared_ptr<const Asked> asked_;  // null: nothing
    X509Handle leaf_;                     // null: none was shown
    std::vector<X509Handle> intermediates_;
    std::vector<std::pair<Digest, Verdict>> verdicts_;
    std::unique_ptr<CertificateText> text_;
};

// A ticket of OpenSSL's keeps the client's certificate, but not what came with it. These put it
// there, if it is not too much, and take it out again.
bool fits_ticket(STACK_OF(X509) * chain);
bool keep_intermediates(SSL* ssl);
std::vector<X509Handle> kept_intermediates(SSL_SESSION* session);

}  // namespace portcullis::tls
