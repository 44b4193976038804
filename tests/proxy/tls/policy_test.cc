#include "proxy/tls/policy.h"

#include "base/handle.h"
#include "tests/proxy/tls/certificates.h"

#include <gtest/gtest.h>

#include <openssl/err.h>

namespace portcullis::tls {
namespace {

using Context = Handle<SSL_CTX, SSL_CTX_free>;

TEST(Policy, HoldsForBothSides) {
    for (const SSL_METHOD* method : {TLS_server_method(), TLS_client_method()}) {
        const Context context{SSL_CTX_new(method)};
        ASSERT_TRUE(set_policy(context.get(), TlsVersion::tls12));
        EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_2_VERSION);
        EXPECT_NE(SSL_CTX_get_options(context.get()) & SSL_OP_NO_RENEGOTIATION, 0U);
        EXPECT_NE(SSL_CTX_get_mode(context.get()) & SSL_MODE_RELEASE_BUFFERS, 0);
        ASSERT_TRUE(set_policy(context.get(), TlsVersion::tls13));
        EXPECT_EQ(SSL_CTX_get_min_proto_version(context.get()), TLS1_3_VERSION);
    }
}

TEST(Policy, ShowsACertificateWithItsChain) {
    const test::TestCa ca;
    const test::TestCa between{ca, "between"};
    const auto issued = between.issue({});
    const auto certificate =
        parse_certificate(issued.certificate_pem + between.certificate_pem(), issued.key_pem);
    const Context context{SSL_CTX_new(TLS_server_method())};
    EXPECT_TRUE(set_certificate(context.get(), nullptr));
    EXPECT_EQ(SSL_CTX_get0_certificate(context.get()), nullptr);
    ASSERT_TRUE(set_certificate(context.get(), &*certificate));
    EXPECT_EQ(X509_cmp(SSL_CTX_get0_certificate(context.get()), certificate->leaf.get()), 0);
    STACK_OF(X509)* chain = nullptr;
    SSL_CTX_get0_chain_certs(context.get(), &chain);
    EXPECT_EQ(sk_X509_num(chain), 1);
}

TEST(Policy, AnErrorTellsOpenSslsReasonAndLeavesNoneBehind) {
    const Context context{SSL_CTX_new(TLS_server_method())};
    ASSERT_NE(SSL_CTX_set_cipher_list(context.get(), "none such"), 1);
    const Error error = openssl_error("tls: cannot");
    EXPECT_TRUE(error.text.starts_with("tls: cannot: ")) << error.text;
    EXPECT_NE(error.text.find("no cipher match"), std::string::npos) << error.text;
    EXPECT_EQ(ERR_peek_error(), 0U);
}

}  // namespace
}  // namespace portcullis::tls
