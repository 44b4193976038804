#include "proxy/tls/origin_tickets.h"

#include "tests/proxy/tls/server_side.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using namespace std::chrono_literals;
using test::TlsPeer;

// A session as a client gets it, of a server whose certificate is valid until then.
OriginTickets::Ticket ticket(int version, std::chrono::seconds until = 24h) {
    auto config = std::make_shared<Config>();
    config->tls.certificates.push_back(
        test::loaded(test::TestCa{}.issue({.names = {"shop.test"}, .from = -2h, .until = until})));
    const auto contexts = Contexts::make(config).value();
    contexts->use(TicketKeys::fresh());
    TlsPeer peer{"shop.test", [=](SSL* ssl) { SSL_set_max_proto_version(ssl, version); }};
    test::ServerSide server{*contexts};
    server.shake(peer);
    SSL_SESSION_up_ref(peer.session());
    SSL_set_shutdown(peer.ssl(), SSL_SENT_SHUTDOWN);  // or OpenSSL thinks ill of the session
    return OriginTickets::Ticket{peer.session()};
}

TEST(OriginTickets, GivesTheNewestFirstAndEachOfTls13Once) {
    OriginTickets tickets;
    EXPECT_EQ(tickets.take(), nullptr);
    OriginTickets::Ticket first = ticket(TLS1_3_VERSION);
    OriginTickets::Ticket second = ticket(TLS1_3_VERSION);
    SSL_SESSION* const oldest = first.get();
    SSL_SESSION* const newest = second.get();
    tickets.keep(std::move(first));
    tickets.keep(std::move(second));
    EXPECT_EQ(tickets.take().get(), newest);
    EXPECT_EQ(tickets.take().get(), oldest);
    EXPECT_EQ(tickets.take(), nullptr);
}

TEST(OriginTickets, KeepsOneOfTls12ForMoreThanOneUse) {
    OriginTickets tickets;
    tickets.keep(ticket(TLS1_2_VERSION));
    EXPECT_NE(tickets.take(), nullptr);
    EXPECT_NE(tickets.take(), nullptr);
}

TEST(OriginTickets, DropsTheOldestBeyondItsLimit) {
    OriginTickets tickets;
    const OriginTickets::Ticket one = ticket(TLS1_3_VERSION);
    for (std::size_t i = 0; i < OriginTickets::kKept + 3; ++i) {
        SSL_SESSION_up_ref(one.get());
        tickets.keep(OriginTickets::Ticket{one.get()});
    }
    EXPECT_EQ(tickets.size(), OriginTickets::kKept);
}

TEST(OriginTickets, BelievesNoCertificateBeyondItsEnd) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        OriginTickets tickets;
        tickets.keep(ticket(version, -1h));
        EXPECT_EQ(tickets.take(), nullptr);
        EXPECT_EQ(tickets.size(), 0U);
    }
}

}  // namespace
}  // namespace portcullis::tls
