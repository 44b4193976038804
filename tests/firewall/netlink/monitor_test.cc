#include "firewall/netlink/monitor.h"

#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

class Watching : public testing::Test {
  protected:
    bool readable() {
        pollfd waiting{monitor_.fd(), POLLIN, 0};
        return ::poll(&waiting, 1, 0) == 1;
    }

    Watched watched() {
        Answer<Watched> read = monitor_.read();
        EXPECT_TRUE(read) << read.error().text;
        return read ? *read : Watched{};
    }

    Socket socket_ = Socket::open().value();
    Monitor monitor_ = Monitor::open().value();
};

TEST_F(Watching, TellsWhoChangedWhichTables) {
    ASSERT_EQ(test::nft("table ip a { chain c { type filter hook prerouting priority -310; }\n}\n"
                        "table inet b { set s { type ipv4_addr; elements = { 1.2.3.4 }; }\n}\n")
                  .exit_code,
              0);
    EXPECT_TRUE(readable());
    const Watched seen = watched();
    ASSERT_EQ(seen.changes.size(), 1U);
    EXPECT_FALSE(seen.lost);
    const RulesetChange& change = seen.changes[0];
    EXPECT_EQ(change.command, "nft");
    EXPECT_GT(change.pid, 0);
    EXPECT_NE(change.pid, ::getpid());
    EXPECT_EQ(change.generation, generation(socket_).value());
    EXPECT_EQ(change.tables, (std::vector<std::string>{"ip a", "inet b"}));
    EXPECT_EQ(change.hooked, (std::vector<Hooked>{{"ip", "a", "c", 0, -310}}));
    EXPECT_FALSE(readable());
}

TEST_F(Watching, TellsOurOwnChangesByPidAndGeneration) {
    const Answer<Generation> made = replace(socket_, test::sample_program(), Ownership::none);
    ASSERT_TRUE(made);
    const Watched seen = watched();
    ASSERT_EQ(seen.changes.size(), 1U);
    EXPECT_EQ(seen.changes[0].pid, ::getpid());
    EXPECT_EQ(seen.changes[0].generation, *made);
    EXPECT_EQ(seen.changes[0].tables,
              (std::vector<std::string>{"inet portcullis", "netdev portcullis_l2"}));
    EXPECT_EQ(seen.changes[0].hooked.size(), 4U);
}

TEST_F(Watching, KeepsCommitsApart) {
    ASSERT_EQ(test::nft("add table ip a\n").exit_code, 0);
    ASSERT_EQ(test::nft("delete table ip a\n").exit_code, 0);
    const Watched seen = watched();
    ASSERT_EQ(seen.changes.size(), 2U);
    EXPECT_EQ(seen.changes[1].generation, seen.changes[0].generation + 1);
    EXPECT_EQ(seen.changes[1].tables, std::vector<std::string>{"ip a"});
}

TEST_F(Watching, HearsNothingOfWhatWasRefused) {
    ASSERT_TRUE(replace(socket_, test::sample_program(), Ownership::persistent));
    watched();
    EXPECT_NE(test::nft("delete table inet portcullis\n").exit_code, 0);
    EXPECT_TRUE(watched().changes.empty());
}

TEST_F(Watching, TellsWhichBansWereTouched) {
    ASSERT_EQ(test::nft("table inet portcullis {\n"
                        "set ban4 { type ipv4_addr; flags timeout; }\n"
                        "set ban6 { type ipv6_addr; flags timeout; }\n"
                        "set bannet4 { type ipv4_addr; flags interval,timeout; }\n"
                        "set other { type ipv4_addr; }\n}\n"
                        "table ip portcullis { set ban4 { type ipv4_addr; }\n}\n")
                  .exit_code,
              0);
    EXPECT_TRUE(watched().changes.at(0).bans.empty()) << "nothing is in them";
    ASSERT_EQ(test::nft("add element inet portcullis ban4 { 192.0.2.1, 192.0.2.2 timeout 1h }\n"
                        "add element inet portcullis ban6 { 2001:db8::1 }\n"
                        "add element inet portcullis bannet4 { 10.0.0.0/8 }\n"
                        "add element inet portcullis other { 192.0.2.3 }\n"
                        "add element ip portcullis ban4 { 192.0.2.4 }\n")
                  .exit_code,
              0);
    const auto added = watched().changes.at(0).bans;
    ASSERT_EQ(added.size(), 3U);
    EXPECT_EQ(added[0].set, "ban4");
    EXPECT_THAT(added[0].keys, testing::UnorderedElementsAre(test::address("192.0.2.1"),
                                                             test::address("192.0.2.2")));
    EXPECT_EQ(added[1], (TouchedBans{"ban6", {test::address("2001:db8::1")}, false}));
    EXPECT_EQ(added[2], (TouchedBans{"bannet4", {}, true}));
    ASSERT_EQ(test::nft("flush set inet portcullis ban4\n").exit_code, 0);
    EXPECT_EQ(watched().changes.at(0).bans.at(0).keys.size(), 2U);
    std::string many;
    for (std::size_t i = 0; i <= kTouchedKeysMax; ++i) {
        many += (i == 0 ? "10.1." : ", 10.1.") + std::to_string(i / 256) + "." +
                std::to_string(i % 256);
    }
    ASSERT_EQ(test::nft("add element inet portcullis ban4 { " + many + " }\n").exit_code, 0);
    EXPECT_TRUE(watched().changes.at(0).bans.at(0).more);
}

TEST_F(Watching, SaysWhenItLostSome) {
    const int small = 4096;
    ASSERT_EQ(::setsockopt(monitor_.fd(), SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(test::nft("add table ip t" + std::to_string(i) + "\n").exit_code, 0);
    }
    EXPECT_TRUE(watched().lost);
    ASSERT_EQ(test::nft("add table ip after\n").exit_code, 0);
    const Watched seen = watched();
    EXPECT_FALSE(seen.lost);
    ASSERT_EQ(seen.changes.size(), 1U) << "and goes on behind the gap";
    EXPECT_EQ(seen.changes[0].tables, std::vector<std::string>{"ip after"});
}

}  // namespace
}  // namespace portcullis::firewall
