// Nobody but its owner moves the wall, and when its owner is gone it still stands.
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

const PortsSeen k443{.tcp4 = {443}, .udp4 = {}, .tcp6 = {443}, .udp6 = {}};

constexpr std::uint16_t kAsked[] = {22, 443, 8081, 8082};

class Tamper : public testing::Test {
  protected:
    // One packet to each of a few ports: is the wall still what it was?
    void expect_closed() {
        std::vector<Octets> packets;
        for (const std::uint16_t port : kAsked) {
            packets.push_back(bytes_of(packet(world_.outside4, world_.node4, Tcp{.target = port})));
            packets.push_back(bytes_of(packet(world_.outside6, world_.node6, Tcp{.target = port})));
        }
        const Seen seen{world_.node, "eth*"};
        Wire{world_.outside, "eth0"}.send(packets, kNodeMac);
        EXPECT_EQ(seen.arrived(), packets.size());
        EXPECT_EQ(seen.input(), k443);
        EXPECT_EQ(seen.forwarded(), PortsSeen{});
    }

    [[nodiscard]] Ended nft(const std::string& command) const {
        return world_.node.run({"timeout", "10", "nft", command});
    }

    Topology world_;
};

constexpr const char* kAttempts[] = {
    "add rule inet portcullis gate accept",
    "insert rule inet portcullis gate accept",
    "flush chain inet portcullis outside",
    "delete table inet portcullis",
    "delete table netdev portcullis_l2",
    "add element inet portcullis cluster4 { 11.22.33.1 }",
    "flush set inet portcullis uplinks",
    "add table inet portcullis { flags dormant; }",
    "add chain inet portcullis gate { policy accept; }",
};

TEST_F(Tamper, OthersAreRefusedWhileTheWallHasItsOwner) {
    Wall wall{world_.node};
    wall.put(usual_policy());
    for (const char* attempt : kAttempts) {
        const Ended ended = nft(attempt);
        EXPECT_NE(ended.exit_code, 0) << attempt;
        EXPECT_NE(ended.err.find("Operation not permitted"), std::string::npos)
            << attempt << ": " << ended.err;
    }
    expect_closed();
}

// The control: the same commands, where nobody owns the table.
TEST_F(Tamper, WouldSucceedOnATableThatNobodyOwns) {
    {
        Wall wall{world_.node};
        wall.put(usual_policy());
    }
    EXPECT_EQ(nft("add rule inet portcullis gate accept").exit_code, 0);
    EXPECT_EQ(nft("delete table inet portcullis").exit_code, 0);
}

TEST_F(Tamper, FlushingEverythingLeavesTheWallStanding) {
    Wall wall{world_.node};
    wall.put(usual_policy());
    EXPECT_EQ(nft("flush ruleset").exit_code, 0);
    for (const char* program : {"iptables", "ip6tables"}) {
        for (const char* table : {"nat", "filter"}) {
            world_.node.must({program, "-t", table, "-F"});
        }
        world_.node.must({program, "-P", "FORWARD", "ACCEPT"});
        world_.node.must({program, "-P", "INPUT", "ACCEPT"});
    }
    expect_closed();
}

// What kill -9 does to an agent's socket: the kernel closes it.
TEST_F(Tamper, TheWallOutlivesItsOwnerAndTheNextOneTakesItOver) {
    {
        Wall first{world_.node};
        first.put(usual_policy());
    }
    expect_closed();
    Wall second{world_.node};
    second.put(usual_policy());
    expect_closed();
    EXPECT_NE(nft("delete table inet portcullis").exit_code, 0) << "it has an owner again";
}

TEST_F(Tamper, ASecondAgentCannotTakeTheWallFromTheFirst) {
    Wall first{world_.node};
    first.put(usual_policy());
    Wall second{world_.node};
    EXPECT_THROW(second.put(usual_policy()), std::runtime_error);
    expect_closed();
    first.put(usual_policy());
    expect_closed();
}

}  // namespace
}  // namespace portcullis::test
