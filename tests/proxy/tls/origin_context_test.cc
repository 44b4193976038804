#include "proxy/tls/origin_context.h"

#include "proxy/tls/client_identity.h"
#include "tests/proxy/tls/origin_side.h"

#include <gtest/gtest.h>

#include <openssl/pem.h>

#include <array>
#include <optional>

namespace portcullis::tls {
namespace {

using namespace std::chrono_literals;
using test::TestCa;

class OriginContextTest : public testing::Test {
  protected:
    OriginContextTest() {
        service.protocol = Protocol::https;
        service.tls.ca = test::loaded_authorities(ca.certificate_pem());
    }

    // A server with this certificate, and our session towards it under that name.
    test::OriginSide meet(const test::Wanted& wanted, const std::string& server_name) {
        config = std::make_shared<Config>();
        config->tls.certificates.push_back(test::loaded(ca.issue(wanted)));
        config->tls.unknown_sni = UnknownSni::default_certificate;
        return meet(server_name);
    }

    test::OriginSide meet(const std::string& server_name) {
        contexts = Contexts::make(config).value();
        contexts->use(keys);
        ours = OriginContext::make(service).value();
        return {*contexts, *ours, server_name, tickets};
    }

    TestCa ca;
    ServiceConfig service;
    std::shared_ptr<Config> config;
    std::unique_ptr<Contexts> contexts;
    std::shared_ptr<const OriginContext> ours;
    std::shared_ptr<OriginTickets> tickets = std::make_shared<OriginTickets>();
    std::shared_ptr<const TicketKeys> keys = TicketKeys::fresh();
};

TEST_F(OriginContextTest, BelievesTheNameItAskedFor) {
    auto met = meet({.names = {"shop.internal"}}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::nothing) << met.session->trouble();
    EXPECT_EQ(met.origin.sni(), "shop.internal");
    EXPECT_TRUE(ours->agreed(*met.session));
    EXPECT_EQ(met.session->alpn(), "http/1.1");
    EXPECT_EQ(met.session->version(), "TLSv1.3");
}

TEST_F(OriginContextTest, BelievesNoOtherName) {
    auto met = meet({.names = {"other.internal", "127.0.0.1"}}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::failed);
    EXPECT_TRUE(met.session->distrusted());
    EXPECT_EQ(met.session->trouble(), "hostname mismatch");
}

// What C would read as the name that was asked for.
TEST_F(OriginContextTest, BelievesNoNameThatAZeroByteCuts) {
    for (const std::string& name :
         {std::string{"shop.internal\0.evil.test", 23}, std::string{"shop.internal\0", 14},
          std::string{"\0shop.internal", 14}, std::string{"*.internal\0.evil.test", 20}}) {
        auto met = meet({.names = {name}, .common_name = "shop.internal"}, "shop.internal");
        EXPECT_EQ(met.shake(), Want::failed) << name.c_str();
        EXPECT_TRUE(met.session->distrusted());
    }
}

TEST_F(OriginContextTest, WithoutANameSendsNoneAndWantsTheAddress) {
    auto met = meet({.names = {"127.0.0.1", "shop.internal"}}, "");
    EXPECT_EQ(met.shake(), Want::nothing) << met.session->trouble();
    EXPECT_EQ(met.origin.sni(), "");
    auto named = meet({.names = {"shop.internal", "127.0.0.2"}}, "");
    EXPECT_EQ(named.shake(), Want::failed);
    EXPECT_EQ(named.session->trouble(), "IP address mismatch");
}

TEST_F(OriginContextTest, WantsAnAddressOfSixToo) {
    meet({.names = {"2001:db8::7"}}, "");
    test::OriginSide met{*contexts, *ours, "", tickets, IpAddress::parse("2001:db8::7").value()};
    EXPECT_EQ(met.shake(), Want::nothing) << met.session->trouble();
}

TEST_F(OriginContextTest, BelievesNoOtherAuthority) {
    service.tls.ca = test::loaded_authorities(TestCa{}.certificate_pem());
    auto met = meet({.names = {"shop.internal"}}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::failed);
    EXPECT_TRUE(met.session->distrusted());
    EXPECT_FALSE(met.session->trouble().empty());
}

TEST_F(OriginContextTest, WithoutAFileBelievesTheSystemAndNotUs) {
    service.tls.ca = {};
    auto met = meet({.names = {"shop.internal"}}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::failed);
    EXPECT_TRUE(met.session->distrusted());
}

TEST_F(OriginContextTest, BelievesNothingThatHasExpired) {
    auto met = meet({.names = {"shop.internal"}, .from = -2h, .until = -1h}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::failed);
    EXPECT_EQ(met.session->trouble(), "certificate has expired");
}

TEST_F(OriginContextTest, BelievesAnythingWhenToldNotToVerify) {
    service.tls.verify = Switch::off;
    service.tls.ca = {};
    auto met = meet({.names = {"other.internal"}, .from = -2h, .until = -1h}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::nothing) << met.session->trouble();
    EXPECT_FALSE(met.session->distrusted());
}

TEST_F(OriginContextTest, ShowsItsCertificateToAnOriginThatAsks) {
    const TestCa ours_ca;
    const auto issued = ours_ca.issue({.common_name = "front door"});
    service.tls.client = test::loaded(issued);
    config = test::shop_config();
    RouteConfig route;
    route.host = HostPattern::parse("shop.test").value();
    route.client_certificate = ClientCertificate::required;
    route.client_ca = test::loaded_authorities(ours_ca.certificate_pem());
    config->routes = {route};
    service.tls.verify = Switch::off;
    auto met = meet("shop.test");
    ASSERT_EQ(met.shake(), Want::nothing) << met.session->trouble();
    ASSERT_TRUE(met.origin.client().presented());
    EXPECT_EQ(met.origin.client().text().subject, "CN=front door");
}

TEST_F(OriginContextTest, SpeaksHttp2OnlyByAgreement) {
    service.protocol = Protocol::h2;
    auto met = meet({.names = {"shop.internal"}}, "shop.internal");
    EXPECT_EQ(met.shake(), Want::nothing) << met.session->trouble();
    EXPECT_EQ(met.session->alpn(), "h2");
    EXPECT_TRUE(ours->agreed(*met.session));
    config->tls.http2 = Switch::off;
    auto refused = meet("shop.internal");
    EXPECT_EQ(refused.shake(), Want::failed);
    EXPECT_TRUE(refused.session->alerted());
    EXPECT_FALSE(refused.session->distrusted());
}

TEST_F(OriginContextTest, ResumesWithATicketThatItWasGiven) {
    const test::Wanted wanted{.names = {"shop.internal"}};
    {
        auto first = meet(wanted, "shop.internal");
        ASSERT_EQ(first.shake(), Want::nothing);
        EXPECT_FALSE(first.session->resumed());
    }
    ASSERT_EQ(tickets->size(), 1U) << "also when its connection has ended without a word";
    test::OriginSide second{*contexts, *ours, "shop.internal", tickets};
    ASSERT_EQ(second.shake(), Want::nothing);
    EXPECT_TRUE(second.session->resumed());
    EXPECT_EQ(tickets->size(), 1U) << "used up, and replaced by the next";
}

TEST_F(OriginContextTest, SharesAContextOnlyAmongEqualOptions) {
    ServiceConfig other = service;
    EXPECT_EQ(OriginContext::key(service), OriginContext::key(other));
    other.tls.ca = test::loaded_authorities(ca.certificate_pem());
    EXPECT_EQ(OriginContext::key(service), OriginContext::key(other)) << "the same content";
    other.tls.ca = test::loaded_authorities(TestCa{}.certificate_pem());
    EXPECT_NE(OriginContext::key(service), OriginContext::key(other));
    other = service;
    other.tls.verify = Switch::off;
    EXPECT_NE(OriginContext::key(service), OriginContext::key(other));
    other = service;
    other.tls.client = test::loaded(ca.issue({}));
    EXPECT_NE(OriginContext::key(service), OriginContext::key(other));
    other = service;
    other.protocol = Protocol::h2;
    EXPECT_NE(OriginContext::key(service), OriginContext::key(other));
    other.protocol = Protocol::http1;
    EXPECT_EQ(OriginContext::key(other), "");
}

// An origin that does as it likes: OpenSSL without our policy.
class UnrulyOrigin {
  public:
    UnrulyOrigin(const test::Issued& issued, int fd, int version)
        : context_{SSL_CTX_new(TLS_server_method())} {
        const Handle<BIO, BIO_free> certificate{BIO_new_mem_buf(issued.certificate_pem.data(), -1)};
        const Handle<BIO, BIO_free> key{BIO_new_mem_buf(issued.key_pem.data(), -1)};
        const Handle<X509, X509_free> x509{
            PEM_read_bio_X509(certificate.get(), nullptr, nullptr, nullptr)};
        const Handle<EVP_PKEY, EVP_PKEY_free> pkey{
            PEM_read_bio_PrivateKey(key.get(), nullptr, nullptr, nullptr)};
        SSL_CTX_use_certificate(context_.get(), x509.get());
        SSL_CTX_use_PrivateKey(context_.get(), pkey.get());
        SSL_CTX_set_max_proto_version(context_.get(), version);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), fd);
        SSL_set_accept_state(ssl_.get());
    }

    void handshake() { (void)SSL_do_handshake(ssl_.get()); }

    [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

  private:
    Handle<SSL_CTX, SSL_CTX_free> context_;
    Handle<SSL, SSL_free> ssl_;
};

class UnrulyOriginTest : public OriginContextTest {
  protected:
    void meet_unruly(int version) {
        origin.emplace(ca.issue({.names = {"shop.internal"}}), pair.theirs.get(), version);
        ours = OriginContext::make(service).value();
        session = ours->begin(pair.ours.get(), "shop.internal", IpAddress::v4(0x7f000001), tickets);
        Want want = Want::readable;
        for (int round = 0; round < 5; ++round) {
            want = test::over(want) ? want : session->handshake();
            origin->handshake();
        }
        ASSERT_EQ(want, Want::nothing) << session->trouble();
    }

    test::LocalPair pair;
    std::optional<UnrulyOrigin> origin;
    std::unique_ptr<Session> session;
    std::array<char, 64> bytes{};
};

TEST_F(UnrulyOriginTest, AHelloRequestEndsTheConnection) {
    meet_unruly(TLS1_2_VERSION);
    ASSERT_EQ(SSL_renegotiate(origin->ssl()), 1);
    origin->handshake();
    EXPECT_EQ(session->read(bytes).want, Want::failed);
    EXPECT_EQ(session->flood(), TlsFlood::renegotiation);
}

TEST_F(UnrulyOriginTest, TicketsWithoutEndEndTheConnection) {
    meet_unruly(TLS1_3_VERSION);
    Want want = Want::readable;
    for (int i = 0; i < 5'000 && want == Want::readable; ++i) {
        ASSERT_EQ(SSL_new_session_ticket(origin->ssl()), 1);
        origin->handshake();
        want = session->read(bytes).want;
    }
    EXPECT_EQ(want, Want::failed);
    EXPECT_EQ(session->flood(), TlsFlood::bytes);
}

}  // namespace
}  // namespace portcullis::tls
