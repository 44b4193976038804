#include "proxy/access/client_certificate.h"

#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

namespace portcullis::access {
namespace {

using namespace std::chrono_literals;
using Wanted = ClientCertificate;

const tls::Time kNow = tls::Time{} + 1'000'000h;
const tls::Verdict kGood{X509_V_OK, kNow - 1h, kNow + 1h};
const tls::Verdict kRevoked{X509_V_ERR_CERT_REVOKED, {}, {}};

struct Case {
    const char* name;
    CertificateFacts facts;
    Fault optional;
    Fault required;
    bool verified;
};

const Case kCases[] = {
    {"never asked", {false, {}}, Fault::certificate_not_asked, Fault::certificate_not_asked, false},
    {"never asked, whatever it is worth",
     {false, kGood},
     Fault::certificate_not_asked,
     Fault::certificate_not_asked,
     false},
    {"asked, nothing shown", {true, {}}, Fault::none, Fault::certificate_missing, false},
    {"asked, good", {true, kGood}, Fault::none, Fault::none, true},
    {"asked, revoked", {true, kRevoked}, Fault::none, Fault::certificate_refused, false},
    {"asked, an error that says it has time",
     {true, tls::Verdict{X509_V_ERR_CERT_REVOKED, kNow - 1h, kNow + 1h}},
     Fault::none,
     Fault::certificate_refused,
     false},
    {"until now",
     {true, tls::Verdict{X509_V_OK, kNow - 1h, kNow}},
     Fault::none,
     Fault::certificate_refused,
     false},
    {"a moment longer",
     {true, tls::Verdict{X509_V_OK, kNow - 1h, kNow + 1ns}},
     Fault::none,
     Fault::none,
     true},
    {"from now", {true, tls::Verdict{X509_V_OK, kNow, kNow + 1h}}, Fault::none, Fault::none, true},
    {"not yet",
     {true, tls::Verdict{X509_V_OK, kNow + 1ns, kNow + 1h}},
     Fault::none,
     Fault::certificate_refused,
     false},
};

TEST(JudgeCertificate, ByWhatTheRouteWantsAndWhatIsKnownNow) {
    for (const Case& one : kCases) {
        EXPECT_EQ(judge_certificate(Wanted::none, one.facts, kNow), Fault::none) << one.name;
        EXPECT_EQ(judge_certificate(Wanted::optional, one.facts, kNow), one.optional) << one.name;
        EXPECT_EQ(judge_certificate(Wanted::required, one.facts, kNow), one.required) << one.name;
        EXPECT_EQ(verified(one.facts, kNow), one.verified) << one.name;
    }
}

TEST(JudgeCertificate, SaysWithWhichStatusItRefuses) {
    EXPECT_EQ(status(Fault::certificate_not_asked), 421);
    EXPECT_EQ(status(Fault::certificate_missing), 403);
    EXPECT_EQ(status(Fault::certificate_refused), 403);
}

TEST(CertificateFacts, OfAClientThatWasAskedForNothingAreNone) {
    const Authorities authorities = parse_authorities(test::TestCa{}.certificate_pem()).value();
    const tls::Trust trust{authorities, nullptr};
    tls::ClientIdentity nobody;
    const CertificateFacts facts = certificate_facts(nobody, trust);
    EXPECT_FALSE(facts.asked);
    EXPECT_FALSE(facts.verdict);
}

}  // namespace
}  // namespace portcullis::access
