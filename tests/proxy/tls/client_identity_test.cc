// What a handshake tells of a client, and what of it a ticket carries.
#include "proxy/tls/client_identity.h"

#include "tests/proxy/tls/server_side.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using test::Issued;
using test::TestCa;
using test::TlsPeer;

class ClientIdentityTest : public testing::TestWithParam<int> {
  protected:
    ClientIdentityTest() {
        config->routes = {route("shop.test", ClientCertificate::required),
                          route("api.test", ClientCertificate::none),
                          route("*.clinic.test", ClientCertificate::optional)};
        contexts = make();
    }

    static RouteConfig route(const std::string& host, ClientCertificate wanted) {
        RouteConfig made;
        made.host = HostPattern::parse(host).value();
        made.client_certificate = wanted;
        return made;
    }

    std::unique_ptr<Contexts> make() {
        config->tls.client_ca = test::loaded_authorities(ca.certificate_pem());
        auto made = Contexts::make(config).value();
        made->use(keys);
        return made;
    }

    // One visit. offered may be null.
    struct Visit {
        Visit(ClientIdentityTest& test, const std::string& sni, const TlsPeer::Setup& setup,
              SSL_SESSION* offered = nullptr)
            : server{*test.contexts}, peer{sni, [&](SSL* ssl) {
                                               SSL_set_max_proto_version(ssl, GetParam());
                                               if (setup) {
                                                   setup(ssl);
                                               }
                                               if (offered != nullptr) {
                                                   SSL_set_session(ssl, offered);
                                               }
                                           }} {
            EXPECT_EQ(server.shake(peer), Want::nothing);
        }

        ClientIdentity& client() { return server.session.client(); }

        [[nodiscard]] bool resumed() const { return server.session.resumed(); }

        test::ServerSide server;
        TlsPeer peer;
    };

    [[nodiscard]] const Trust& trust() const { return *contexts->clients().trust(0); }

    TestCa ca;
    TestCa between{ca, "between"};
    std::shared_ptr<Config> config = test::shop_config();
    std::shared_ptr<const TicketKeys> keys = TicketKeys::fresh();
    std::unique_ptr<Contexts> contexts;
};

TEST_P(ClientIdentityTest, IsWhoTheCertificateSays) {
    Visit visit{*this, "shop.test", test::shows(ca.issue({.common_name = "anna"}))};
    EXPECT_TRUE(visit.client().asked_for(trust()));
    ASSERT_TRUE(visit.client().presented());
    EXPECT_EQ(visit.client().verdict(trust()).error, X509_V_OK);
    const CertificateText& text = visit.client().text();
    EXPECT_EQ(text.subject, "CN=anna");
    EXPECT_EQ(text.issuer, "CN=Portcullis test authority");
    EXPECT_EQ(text.fingerprint.size(), 64U);
    EXPECT_FALSE(text.serial.empty());
}

TEST_P(ClientIdentityTest, HasNamesThatFitAFieldWhateverTheyHold) {
    Visit visit{*this, "shop.test",
                test::shows(ca.issue({.common_name = "a\r\nX-Admin: yes\xc3\xa4\x01,b"}))};
    for (const char c : visit.client().text().subject) {
        EXPECT_TRUE(c >= ' ' && c < '\x7f') << visit.client().text().subject;
    }
}

TEST_P(ClientIdentityTest, IsNobodyWhereNobodyAsks) {
    Visit visit{*this, "api.test", test::shows(ca.issue({}))};
    EXPECT_FALSE(visit.client().asked_for(trust()));
    EXPECT_FALSE(visit.client().presented());
}

TEST_P(ClientIdentityTest, ACertificateOfNobodyWeKnowEndsNoHandshake) {
    Visit visit{*this, "shop.test", test::shows(TestCa{}.issue({}))};
    ASSERT_TRUE(visit.client().presented());
    EXPECT_NE(visit.client().verdict(trust()).error, X509_V_OK);
}

TEST_P(ClientIdentityTest, NorDoesNoCertificate) {
    Visit visit{*this, "shop.test", {}};
    EXPECT_TRUE(visit.client().asked_for(trust()));
    EXPECT_FALSE(visit.client().presented());
}

TEST_P(ClientIdentityTest, IsCarriedByATicketWithAllThatCameWithIt) {
    const auto setup = test::shows(between.issue({}), between.certificate_pem());
    Visit first{*this, "shop.test", setup};
    EXPECT_EQ(first.client().verdict(trust()).error, X509_V_OK);
    ASSERT_NE(first.peer.session(), nullptr);
    Visit second{*this, "shop.test", setup, first.peer.session()};
    ASSERT_TRUE(second.resumed());
    EXPECT_TRUE(second.client().asked_for(trust()));
    ASSERT_TRUE(second.client().presented());
    EXPECT_EQ(second.client().verdict(trust()).error, X509_V_OK);
    EXPECT_EQ(second.client().text().fingerprint, first.client().text().fingerprint);
    if (GetParam() == TLS1_3_VERSION) {
        Visit third{*this, "shop.test", setup, second.peer.session()};
        ASSERT_TRUE(third.resumed());
        EXPECT_EQ(third.client().verdict(trust()).error, X509_V_OK) << "a ticket of a ticket";
    }
}

TEST_P(ClientIdentityTest, IsJudgedAnewAfterATicketByTodaysList) {
    const Issued anna = ca.issue({});
    Visit first{*this, "shop.test", test::shows(anna)};
    config->tls.client_crl = test::loaded_revocations(ca.revoke({anna.certificate_pem}));
    contexts = make();
    Visit second{*this, "shop.test", test::shows(anna), first.peer.session()};
    ASSERT_TRUE(second.resumed()) << "what is asked for has not changed";
    EXPECT_EQ(second.client().verdict(trust()).error, X509_V_ERR_CERT_REVOKED);
}

TEST_P(ClientIdentityTest, ShowsNothingAndGetsNoTicketWhereSomethingIsRequired) {
    Visit first{*this, "shop.test", {}};
    EXPECT_EQ(first.peer.session(), nullptr) << "it would not be asked again";
    Visit optional{*this, "a.clinic.test", {}};
    EXPECT_NE(optional.peer.session(), nullptr);
}

TEST_P(ClientIdentityTest, GetsNoTicketForACertificateThatNoTicketHolds) {
    std::vector<std::string> names;
    for (int i = 0; i < 500; ++i) {
        names.push_back("one-of-many-" + std::to_string(i) + ".test");
    }
    Visit visit{*this, "shop.test", test::shows(ca.issue({.names = names}))};
    ASSERT_TRUE(visit.client().presented());
    EXPECT_EQ(visit.client().verdict(trust()).error, X509_V_OK);
    EXPECT_EQ(visit.peer.session(), nullptr);
}

TEST_P(ClientIdentityTest, ATicketOfAHostThatAsksIsOfNoUseElsewhere) {
    Visit first{*this, "a.clinic.test", test::shows(ca.issue({}))};
    for (const std::string host : {"b.clinic.test", "shop.test", "api.test"}) {
        Visit second{*this, host, {}, first.peer.session()};
        EXPECT_FALSE(second.resumed()) << host;
        EXPECT_FALSE(second.client().presented()) << host;
    }
}

TEST_P(ClientIdentityTest, ATicketFromBeforeSomethingWasAskedForIsOfNoUseAfterwards) {
    Visit before{*this, "api.test", {}};
    ASSERT_NE(before.peer.session(), nullptr);
    config->routes[1].client_certificate = ClientCertificate::optional;
    contexts = make();
    Visit after{*this, "api.test", test::shows(ca.issue({})), before.peer.session()};
    EXPECT_FALSE(after.resumed());
    EXPECT_TRUE(after.client().presented());
}

INSTANTIATE_TEST_SUITE_P(Versions, ClientIdentityTest,
                         testing::Values(TLS1_2_VERSION, TLS1_3_VERSION), [](const auto& tested) {
                             return tested.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace portcullis::tls
