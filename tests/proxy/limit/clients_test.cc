#include "proxy/limit/clients.h"

#include <gtest/gtest.h>

namespace portcullis::limit {
namespace {

using namespace std::chrono_literals;

constexpr Rate::Clock::time_point kStart{1'000s};

class ClientsTest : public testing::Test {
  protected:
    int connected(const IpAddress& who, int asked, Rate::Clock::time_point now = kStart) {
        int count = 0;
        for (int i = 0; i < asked; ++i) {
            count += clients.connect(limits, who, now) == Fault::none ? 1 : 0;
        }
        return count;
    }

    Limits limits;
    Clients clients{1'024};
    const IpAddress client = IpAddress::parse("203.0.113.7").value();
    const IpAddress other = IpAddress::parse("203.0.113.8").value();
};

TEST_F(ClientsTest, ConnectionsComeSoOftenAndTenSecondsWorthAtOnce) {
    limits.connections_per_second = 3;
    EXPECT_EQ(connected(client, 100), 30);
    EXPECT_EQ(clients.connect(limits, client, kStart), Fault::client_too_fast);
    EXPECT_EQ(connected(other, 100), 30) << "each for itself";
    EXPECT_EQ(connected(client, 100, kStart + 2s), 6);
}

TEST_F(ClientsTest, RequestsAreCountedApartFromConnections) {
    limits.connections_per_second = 1;
    limits.requests_per_second = 2;
    EXPECT_EQ(connected(client, 100), 10);
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(clients.request(limits, client, kStart).allowed);
    }
    const Rate::Taken refused = clients.request(limits, client, kStart);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.again_in, 500ms);
}

TEST_F(ClientsTest, WhoeverOffendsTooOftenMayNotConnectUntilAMinuteHasPassed) {
    limits.offences_per_minute = 6;
    for (int i = 0; i < 5; ++i) {
        clients.note_offence(limits, client, kStart);
    }
    EXPECT_EQ(clients.connect(limits, client, kStart), Fault::none);
    clients.note_offence(limits, client, kStart);
    EXPECT_EQ(clients.connect(limits, client, kStart), Fault::client_offended);
    EXPECT_EQ(clients.connect(limits, other, kStart), Fault::none);
    EXPECT_EQ(clients.connect(limits, client, kStart + 9s), Fault::client_offended);
    EXPECT_EQ(clients.connect(limits, client, kStart + 10s), Fault::none);
    for (int i = 0; i < 100; ++i) {
        clients.note_offence(limits, client, kStart + 10s);
    }
    EXPECT_EQ(clients.connect(limits, client, kStart + 20s), Fault::none)
        << "those beyond the limit weigh nothing";
}

TEST_F(ClientsTest, WhatIsOffIsNotCounted) {
    limits.connections_per_second = limits.requests_per_second = limits.offences_per_minute = 0;
    EXPECT_EQ(connected(client, 10'000), 10'000);
    for (int i = 0; i < 10'000; ++i) {
        clients.note_offence(limits, client, kStart);
        ASSERT_TRUE(clients.request(limits, client, kStart).allowed);
    }
    EXPECT_EQ(clients.connect(limits, client, kStart), Fault::none);
}

TEST(Offence, IsWhatNoClientDoesByMistake) {
    EXPECT_TRUE(is_offence(Fault::client_slow_header));
    EXPECT_TRUE(is_offence(Fault::not_tls));
    for (const Fault fault : {Fault::none, Fault::client_gone, Fault::no_path, Fault::unauthorized,
                              Fault::handshake_failed, Fault::origin_reset, Fault::client_full}) {
        EXPECT_FALSE(is_offence(fault)) << name(fault);
    }
    for (std::size_t i = 0; i < kFaults; ++i) {
        const auto fault = static_cast<Fault>(i);
        EXPECT_TRUE(!is_offence(fault) || blame(fault) == Blame::client) << name(fault);
    }
}

TEST_F(ClientsTest, ANetworkOfManyClientsHasAMultipleOfARate) {
    limits.connections_per_second = 1;
    const auto from = [](int subnet) {
        return IpAddress::parse("2001:db8:1:1" + std::to_string(subnet) + "::1").value();
    };
    for (int subnet = 10; subnet < 14; ++subnet) {
        EXPECT_EQ(connected(from(subnet), 20), 10) << subnet;
    }
    EXPECT_EQ(connected(from(14), 20), 0) << "four clients' worth in one /56";
    EXPECT_EQ(connected(IpAddress::parse("2001:db8:1:200::1").value(), 20), 10);
}

}  // namespace
}  // namespace portcullis::limit
