#include "config/authorities.h"

#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <openssl/err.h>

namespace portcullis {
namespace {

TEST(ParseAuthorities, TakesEveryCertificateOfTheFile) {
    const std::string one = test::TestCa{}.certificate_pem();
    EXPECT_EQ(parse_authorities(one).value().certificates.size(), 1U);
    EXPECT_EQ(parse_authorities("# ours\n" + one + "\n" + one).value().certificates.size(), 2U);
}

TEST(ParseAuthorities, SaysWhatIsWrongAndLeavesNoErrorBehind) {
    const std::string one = test::TestCa{}.certificate_pem();
    EXPECT_EQ(parse_authorities("").error().text, "no certificate in it; write PEM");
    EXPECT_EQ(parse_authorities("hello").error().text, "no certificate in it; write PEM");
    EXPECT_TRUE(parse_authorities(one + one.substr(0, one.size() / 2))
                    .error()
                    .text.starts_with("a malformed certificate: "));
    std::string many;
    for (int i = 0; i < 501; ++i) {
        many += one;
    }
    EXPECT_EQ(parse_authorities(many).error().text, "more than 500 certificates");
    EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(ParseRevocations, RefusesWhatIsNone) {
    EXPECT_EQ(parse_revocations(test::TestCa{}.certificate_pem()).error().text,
              "no revocation list in it; write PEM");
    EXPECT_TRUE(parse_revocations("-----BEGIN X509 CRL-----\nMA==\n-----END X509 CRL-----\n")
                    .error()
                    .text.starts_with("a malformed revocation list: "));
    EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace portcullis
