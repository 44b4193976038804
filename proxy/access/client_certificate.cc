#include "proxy/access/client_certificate.h"

namespace portcullis::access {

Fault judge_certificate(ClientCertificate wanted, const CertificateFacts& facts, tls::Time now) {
    if (wanted == ClientCertificate::none) {
        return Fault::none;
    }
    if (!facts.asked) {
        return Fault::certificate_not_asked;
    }
    if (wanted == ClientCertificate::optional || verified(facts, now)) {
        return Fault::none;
    }
    return facts.verdict ? Fault::certificate_refused : Fault::certificate_missing;
}

bool verified(const CertificateFacts& facts, tls::Time now) {
    return facts.asked && facts.verdict && facts.verdict->error == X509_V_OK &&
           facts.verdict->from <= now && now < facts.verdict->until;
}

CertificateFacts certificate_facts(tls::ClientIdentity& client, const tls::Trust& trust) {
    CertificateFacts facts{client.asked_for(trust)};
    if (facts.asked && client.presented()) {
        facts.verdict = client.verdict(trust);
    }
    return facts;
}

}  // namespace portcullis::access
