#include "config/authorities.h"

#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <openssl/err.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using test::TestCa;

TEST(ParseAuthorities, ReadsAllCertificatesOfAFile) {
    const TestCa first;
    const TestCa second;
    const auto both = parse_authorities(first.certificate_pem() + second.certificate_pem());
    ASSERT_TRUE(both) << both.error().text;
    EXPECT_EQ(both->certificates.size(), 2U);
    const auto one = parse_authorities(first.certificate_pem());
    EXPECT_NE(one->digest, both->digest);
    EXPECT_EQ(one->digest, parse_authorities(first.certificate_pem())->digest);
}

TEST(ParseAuthorities, SaysWhatIsWrong) {
    const std::string pem = TestCa{}.certificate_pem();
    for (const auto& [text, wrong] : std::vector<std::pair<std::string, std::string>>{
             {"", "no certificate in it"},
             {"nonsense", "no certificate in it"},
             {TestCa{}.revoke({}), "no certificate in it"},
             {pem + pem.substr(0, pem.size() / 2), "a malformed certificate"},
             {pem.substr(0, 60) + pem.substr(64), "a malformed certificate"}}) {
        const auto parsed = parse_authorities(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_TRUE(parsed.error().text.starts_with(wrong)) << parsed.error().text;
        EXPECT_EQ(ERR_peek_error(), 0U);
    }
}

TEST(ParseRevocations, ReadsListsAndWhenTheFirstOfThemEnds) {
    const TestCa ca;
    const auto parsed = parse_revocations(ca.revoke({}, 1h) + ca.revoke({}, 48h));
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(parsed->lists.size(), 2U);
    const auto left = parsed->end - std::chrono::system_clock::now();
    EXPECT_GT(left, 50min);
    EXPECT_LE(left, 1h);
    EXPECT_NE(parsed->digest, parse_revocations(ca.revoke({}))->digest);
}

TEST(ParseRevocations, SaysWhatIsWrong) {
    const TestCa ca;
    for (const auto& [text, wrong] : std::vector<std::pair<std::string, std::string>>{
             {"", "no revocation list in it"},
             {ca.certificate_pem(), "no revocation list in it"},
             {ca.revoke({}).substr(0, 100), "a malformed revocation list"}}) {
        const auto parsed = parse_revocations(text);
        ASSERT_FALSE(parsed) << text;
        EXPECT_TRUE(parsed.error().text.starts_with(wrong)) << parsed.error().text;
    }
}

TEST(Revocations, AreIssuedByAnAuthorityWithTheKeyNotOnlyTheName) {
    const TestCa ca;
    const TestCa namesake;
    const auto authorities = parse_authorities(ca.certificate_pem()).value();
    EXPECT_TRUE(issued_by(parse_revocations(ca.revoke({})).value(), authorities));
    EXPECT_FALSE(issued_by(parse_revocations(namesake.revoke({})).value(), authorities));
    EXPECT_FALSE(
        issued_by(parse_revocations(ca.revoke({}) + namesake.revoke({})).value(), authorities))
        << "each of them";
}

}  // namespace
}  // namespace portcullis
