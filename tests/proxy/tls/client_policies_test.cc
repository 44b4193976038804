#include "proxy/tls/client_policies.h"

#include "tests/proxy/tls/certificates.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using test::loaded_authorities;
using test::loaded_revocations;
using test::TestCa;

RouteConfig route(const std::string& host, ClientCertificate wanted,
                  const AuthoritiesFile& authorities = {}) {
    RouteConfig made;
    made.host = HostPattern::parse(host).value();
    made.client_certificate = wanted;
    made.client_ca = authorities;
    return made;
}

class ClientPoliciesTest : public testing::Test {
  protected:
    ClientPolicies policies(std::vector<RouteConfig> routes) {
        config.routes = std::move(routes);
        return ClientPolicies{config};
    }

    TestCa ca_a{test::KeyKind::ecdsa_p256, "authority A"};
    TestCa ca_b{test::KeyKind::ecdsa_p256, "authority B"};
    AuthoritiesFile a = loaded_authorities(ca_a.certificate_pem());
    AuthoritiesFile b = loaded_authorities(ca_b.certificate_pem());
    Config config;
};

TEST_F(ClientPoliciesTest, AskNothingWhereNoRouteWantsIt) {
    const auto made = policies({route("shop.test", ClientCertificate::none, a)});
    EXPECT_EQ(made.asked("shop.test"), nullptr);
    EXPECT_EQ(made.asked("other.test"), nullptr);
    EXPECT_EQ(made.asked(""), nullptr);
    EXPECT_EQ(made.trust(0), nullptr);
}

TEST_F(ClientPoliciesTest, AskForWhatAnyRouteOfTheHostWants) {
    const auto made = policies({route("shop.test", ClientCertificate::none),
                                route("shop.test", ClientCertificate::required, a),
                                route("shop.test", ClientCertificate::optional, b),
                                route("shop.test", ClientCertificate::optional, a)});
    const auto asked = made.asked("shop.test");
    ASSERT_NE(asked, nullptr);
    EXPECT_TRUE(asked->required);
    EXPECT_EQ(asked->authorities.size(), 2U);
    EXPECT_EQ(sk_X509_NAME_num(asked->names.get()), 2);
    EXPECT_EQ(made.trust(0), nullptr);
    EXPECT_EQ(made.trust(1)->authorities(), a.loaded->digest);
    EXPECT_EQ(made.trust(1), made.trust(3)) << "one store for each set of files";
}

TEST_F(ClientPoliciesTest, AskByTheRuleThatRoutesGoBy) {
    const auto made = policies({route("*.wide.test", ClientCertificate::required, a),
                                route("*.clinic.wide.test", ClientCertificate::optional, b),
                                route("open.clinic.wide.test", ClientCertificate::none)});
    EXPECT_EQ(made.asked("open.clinic.wide.test"), nullptr) << "a host of its own, as for routing";
    for (const std::string host : {"x.clinic.wide.test", "x.y.clinic.wide.test"}) {
        EXPECT_EQ(made.asked(host)->authorities, std::vector{b.loaded->digest}) << host;
        EXPECT_FALSE(made.asked(host)->required) << host;
    }
    EXPECT_EQ(made.asked("clinic.wide.test")->authorities, std::vector{a.loaded->digest});
    EXPECT_EQ(made.asked("wide.test"), nullptr);
}

TEST_F(ClientPoliciesTest, TakeTheFilesOfTheTlsSectionWhereARouteHasNone) {
    config.tls.client_ca = a;
    config.tls.client_crl = loaded_revocations(ca_a.revoke({}));
    const auto made = policies({route("one.test", ClientCertificate::required),
                                route("two.test", ClientCertificate::required, b)});
    EXPECT_EQ(made.trust(0)->authorities(), a.loaded->digest);
    EXPECT_NE(made.trust(0)->digest(), made.trust(0)->authorities()) << "with its list";
    EXPECT_EQ(made.trust(1)->authorities(), b.loaded->digest);
}

TEST_F(ClientPoliciesTest, TellPoliciesApart) {
    const auto digest = [&](ClientCertificate wanted, const AuthoritiesFile& authorities) {
        return policies({route("shop.test", wanted, authorities)}).asked("shop.test")->digest;
    };
    const Digest first = digest(ClientCertificate::required, a);
    EXPECT_EQ(first, digest(ClientCertificate::required, a));
    EXPECT_NE(first, digest(ClientCertificate::optional, a));
    EXPECT_NE(first, digest(ClientCertificate::required, b));
}

TEST_F(ClientPoliciesTest, SendNoNamesWhenTheyAreTooManyForAHandshake) {
    std::string many;
    for (int i = 0; i < 400; ++i) {
        many += ca_a.certificate_pem();
    }
    const auto made =
        policies({route("shop.test", ClientCertificate::required, loaded_authorities(many))});
    EXPECT_EQ(made.asked("shop.test")->names, nullptr);
}

}  // namespace
}  // namespace portcullis::tls
