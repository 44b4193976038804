#include "proxy/tls/trust.h"

#include "config/certificate.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <openssl/err.h>

namespace portcullis::tls {
namespace {

using namespace std::chrono_literals;
using test::Issued;
using test::TestCa;

struct Shown {
    explicit Shown(const Issued& issued, const std::vector<std::string>& more = {})
        : leaf{parse_certificate(issued.certificate_pem, issued.key_pem).value().leaf} {
        for (const std::string& pem : more) {
            auto parsed = parse_authorities(pem).value();
            intermediates.push_back(std::move(parsed.certificates.front()));
        }
    }

    X509Handle leaf;
    std::vector<X509Handle> intermediates;
};

Verdict judge(const std::string& authorities, const std::string& lists, const Shown& shown) {
    const auto believed = parse_authorities(authorities).value();
    const auto revoked = lists.empty() ? Revocations{} : parse_revocations(lists).value();
    const Trust trust{believed, lists.empty() ? nullptr : &revoked};
    const Verdict verdict = trust.verify(shown.leaf.get(), shown.intermediates);
    EXPECT_EQ(ERR_peek_error(), 0U);
    return verdict;
}

class TrustTest : public testing::Test {
  protected:
    TestCa ca;
    TestCa other;  // of the same name, with another key
    TestCa between{ca, "between"};
    Issued client = ca.issue({});
    Issued client_of_between = between.issue({});
};

TEST_F(TrustTest, BelievesItsAuthorityAndNoNamesake) {
    EXPECT_EQ(judge(ca.certificate_pem(), "", Shown{client}).error, X509_V_OK);
    EXPECT_NE(judge(other.certificate_pem(), "", Shown{client}).error, X509_V_OK);
    EXPECT_EQ(judge(other.certificate_pem() + ca.certificate_pem(), "", Shown{client}).error,
              X509_V_OK)
        << "any of the file's";
}

TEST_F(TrustTest, NeedsTheAuthoritiesInBetween) {
    EXPECT_EQ(judge(ca.certificate_pem(), "", Shown{client_of_between}).error,
              X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
    EXPECT_EQ(judge(ca.certificate_pem(), "", Shown{client_of_between, {between.certificate_pem()}})
                  .error,
              X509_V_OK);
}

TEST_F(TrustTest, BelievesAnIntermediateAuthorityAloneWhenItIsTheOneNamed) {
    EXPECT_EQ(judge(between.certificate_pem(), "", Shown{client_of_between}).error, X509_V_OK);
    EXPECT_NE(judge(between.certificate_pem(), "", Shown{client}).error, X509_V_OK)
        << "not what its root has issued besides";
}

TEST_F(TrustTest, BelievesNothingThatOnlyTheClientVouchesFor) {
    const TestCa own;
    EXPECT_NE(judge(ca.certificate_pem(), "", Shown{own.issue({}), {own.certificate_pem()}}).error,
              X509_V_OK);
}

TEST_F(TrustTest, RefusesWhatWasRevoked) {
    const std::string list = ca.revoke({client.certificate_pem});
    EXPECT_EQ(judge(ca.certificate_pem(), list, Shown{client}).error, X509_V_ERR_CERT_REVOKED);
    EXPECT_EQ(judge(ca.certificate_pem(), list, Shown{ca.issue({})}).error, X509_V_OK);
}

TEST_F(TrustTest, RefusesWhatARevokedAuthorityHasIssued) {
    const std::string lists = ca.revoke({between.certificate_pem()}) + between.revoke({});
    EXPECT_EQ(
        judge(ca.certificate_pem(), lists, Shown{client_of_between, {between.certificate_pem()}})
            .error,
        X509_V_ERR_CERT_REVOKED);
}

TEST_F(TrustTest, WithListsAnAuthorityWithoutOneIsRefused) {
    EXPECT_EQ(judge(ca.certificate_pem(), ca.revoke({}),
                    Shown{client_of_between, {between.certificate_pem()}})
                  .error,
              X509_V_ERR_UNABLE_TO_GET_CRL)
        << "nobody knows what it has revoked";
    EXPECT_EQ(judge(ca.certificate_pem() + between.certificate_pem(), ca.revoke({}),
                    Shown{client_of_between})
                  .error,
              X509_V_ERR_UNABLE_TO_GET_CRL);
}

TEST_F(TrustTest, AskNobodyWhetherTheNamedAuthorityItselfIsRevoked) {
    EXPECT_EQ(judge(between.certificate_pem(), between.revoke({}), Shown{client_of_between}).error,
              X509_V_OK);
}

TEST_F(TrustTest, RefusesACertificateThatIsForServersOnly) {
    const Issued server = ca.issue({.purpose = "serverAuth"});
    EXPECT_EQ(judge(ca.certificate_pem(), "", Shown{server}).error, X509_V_ERR_INVALID_PURPOSE);
}

TEST_F(TrustTest, LeavesTheClockToTheCaller) {
    const auto now = std::chrono::system_clock::now();
    const Verdict expired =
        judge(ca.certificate_pem(), "", Shown{ca.issue({.from = -2h, .until = -1h})});
    EXPECT_EQ(expired.error, X509_V_OK);
    EXPECT_LT(expired.until, now);
    const Verdict future =
        judge(ca.certificate_pem(), "", Shown{ca.issue({.from = 1h, .until = 2h})});
    EXPECT_GT(future.from, now);
    const Verdict valid = judge(ca.certificate_pem(), "", Shown{client});
    EXPECT_LT(valid.from, now);
    EXPECT_GT(valid.until, now);
}

TEST_F(TrustTest, HoldsNoLongerThanItsLists) {
    const auto now = std::chrono::system_clock::now();
    const Verdict soon = judge(ca.certificate_pem(), ca.revoke({}, 1h), Shown{client});
    EXPECT_EQ(soon.error, X509_V_OK);
    EXPECT_LE(soon.until, now + 1h);
    const Verdict stale = judge(ca.certificate_pem(), ca.revoke({}, -1h), Shown{client});
    EXPECT_LT(stale.until, now);
}

TEST_F(TrustTest, IsAnotherOneWhenItsFilesHoldSomethingElse) {
    const auto believed = parse_authorities(ca.certificate_pem()).value();
    const auto before = parse_revocations(ca.revoke({})).value();
    const auto after = parse_revocations(ca.revoke({client.certificate_pem})).value();
    const Trust without{believed, nullptr};
    const Trust old{believed, &before};
    const Trust renewed{believed, &after};
    EXPECT_EQ(without.digest(), (Trust{believed, nullptr}.digest()));
    EXPECT_NE(without.digest(), old.digest());
    EXPECT_NE(old.digest(), renewed.digest());
    EXPECT_EQ(old.authorities(), renewed.authorities()) << "clients are asked for the same";
}

}  // namespace
}  // namespace portcullis::tls
