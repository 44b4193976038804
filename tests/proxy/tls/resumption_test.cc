// A ticket resumes under the name and the certificates that it was issued under, and under no
// other.
#include "proxy/tls/contexts.h"
#include "tests/proxy/tls/server_side.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using test::TlsPeer;

class Resumption : public testing::TestWithParam<int> {
  protected:
    TlsPeer::Setup offering(SSL_SESSION* session) const {
        return [=, version = GetParam()](SSL* ssl) {
            SSL_set_max_proto_version(ssl, version);
            if (session != nullptr) {
                SSL_set_session(ssl, session);
            }
        };
    }

    std::unique_ptr<Contexts> contexts_of(std::shared_ptr<const Config> config) const {
        auto made = Contexts::make(std::move(config)).value();
        made->use(keys);
        return made;
    }

    // Also that the client agrees about it.
    static bool resumed(const Contexts& server_of, TlsPeer& peer) {
        test::ServerSide server{server_of};
        EXPECT_EQ(server.shake(peer), Want::nothing);
        EXPECT_EQ(SSL_session_reused(peer.ssl()) == 1, server.session.resumed());
        return server.session.resumed();
    }

    std::shared_ptr<const TicketKeys> keys = TicketKeys::fresh();
    std::unique_ptr<Contexts> contexts = contexts_of(test::shop_config());
};

TEST_P(Resumption, WorksUnderTheSameName) {
    TlsPeer first{"shop.test", offering(nullptr)};
    EXPECT_FALSE(resumed(*contexts, first));
    EXPECT_EQ(first.tickets(), 1) << "one ticket for each handshake";
    ASSERT_NE(first.session(), nullptr);
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_TRUE(resumed(*contexts, second));
    EXPECT_EQ(second.tickets(), GetParam() == TLS1_3_VERSION ? 1 : 0)
        << "TLS 1.3 tickets are for one use each";
}

TEST_P(Resumption, WorksOnAnotherWorker) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    const auto other = contexts_of(test::shop_config());
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_TRUE(resumed(*other, second));
}

TEST_P(Resumption, DoesNotWorkUnderAnotherNameOfTheSameCertificate) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    TlsPeer second{"api.test", offering(first.session())};
    EXPECT_FALSE(resumed(*contexts, second));
}

TEST_P(Resumption, DoesNotWorkAfterTheCertificateChanged) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    auto renewed = std::make_shared<Config>();
    renewed->tls.certificates.push_back(
        test::loaded(test::TestCa{}.issue({.names = {"shop.test"}})));
    const auto later = contexts_of(renewed);
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_FALSE(resumed(*later, second));
}

TEST_P(Resumption, WorksWhenAnotherCertificateChanged) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    auto more = test::shop_config();
    more->tls.certificates.push_back(test::loaded(test::TestCa{}.issue({.names = {"other.test"}})));
    auto later = Contexts::make(more, contexts.get()).value();
    later->use(keys);
    contexts.reset();
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_TRUE(resumed(*later, second));
}

TEST_P(Resumption, OutlivesOneRotationOfTheKeysAndThenNeedsTheRenewedTicket) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    contexts->use(keys->rotated());
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_TRUE(resumed(*contexts, second));
    EXPECT_EQ(second.tickets(), 1) << "renewed";
    contexts->use(keys->rotated()->rotated());
    TlsPeer third{"shop.test", offering(first.session())};
    EXPECT_FALSE(resumed(*contexts, third));
}

TEST_P(Resumption, DoesNotWorkWithATicketOfAnotherProcess) {
    TlsPeer first{"shop.test", offering(nullptr)};
    resumed(*contexts, first);
    contexts->use(TicketKeys::fresh());
    TlsPeer second{"shop.test", offering(first.session())};
    EXPECT_FALSE(resumed(*contexts, second)) << "sealed with a key that is not ours";
}

INSTANTIATE_TEST_SUITE_P(Versions, Resumption, testing::Values(TLS1_2_VERSION, TLS1_3_VERSION),
                         [](const auto& tested) {
                             return tested.param == TLS1_2_VERSION ? "Tls12" : "Tls13";
                         });

}  // namespace
}  // namespace portcullis::tls
