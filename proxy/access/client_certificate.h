// Whether what is known of a connection's client suffices for one request. Asked for every request,
// of the route it takes: how the client got in (its SNI, a ticket, a connection that another host's
// requests share) decides nothing but what is known.
#pragma once

#include "config/model.h"
#include "proxy/fault.h"
#include "proxy/tls/client_identity.h"

#include <chrono>
#include <optional>

namespace portcullis::access {

struct CertificateFacts {
    bool asked = false;                     // for a certificate of the route's authorities
    std::optional<tls::Verdict> verdict{};  // by the route's authorities; none: nothing was shown
};

// none; certificate_not_asked: another connection, opened for this host, may do;
// certificate_missing and certificate_refused: this client as it is may not.
Fault judge_certificate(ClientCertificate wanted, const CertificateFacts& facts, tls::Time now);

// Whether the certificate shown is verified, now. What an origin is told as
// X-Client-Certificate-Verified.
bool verified(const CertificateFacts& facts, tls::Time now);

// trust: the route's.
CertificateFacts certificate_facts(tls::ClientIdentity& client, const tls::Trust& trust);

}  // namespace portcullis::access
