// The wall opens the swarm's ports to the nodes that a signed snapshot names, and to no other.
#include "base/file.h"
#include "config/swarm/signing_key.h"
#include "config/swarm/snapshot.h"
#include "tests/firewall/agent/running_agent.h"
#include "tests/support/eventually.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <signal.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::eventually;

constexpr const char* kPolicy =
    "mode: edge\n  cluster: { peers: [ 192.0.2.77/32 ] }";  // lines of 'firewall'
constexpr const char* kDiscovery =
    "discovery: { snapshot: snapshot, verify_key: swarm.pub, networks: [ n ] }";

class AgentSwarmTest : public testing::Test {
  protected:
    AgentSwarmTest() { write_key(); }

    void write_key() const { agent.dir().write("swarm.pub", key.public_pem()); }

    void put(const std::vector<std::string>& nodes) { put(nodes, key, ++serial); }

    void put(const std::vector<std::string>& nodes, const swarm::SigningKey& signer,
             std::uint64_t number) {
        swarm::Snapshot snapshot;
        snapshot.serial = number;
        for (const std::string& node : nodes) {
            snapshot.nodes.push_back(IpAddress::parse(node).value());
        }
        ASSERT_TRUE(replace_file(agent.dir().path() / "snapshot",
                                 swarm::seal(swarm::write(snapshot), signer)));
    }

    [[nodiscard]] bool is_peer(const std::string& address) const {
        return agent.tables().find(address) != std::string::npos;
    }

    const swarm::SigningKey key = swarm::SigningKey::generate();
    AgentUnderTest agent;
    std::uint64_t serial = 0;
};

TEST_F(AgentSwarmTest, FollowsTheNodesOfTheSnapshot) {
    put({"192.0.2.20"});
    agent.configure_with(kPolicy, kDiscovery);
    agent.start();
    EXPECT_TRUE(is_peer("192.0.2.20")) << "from the first program on";
    EXPECT_TRUE(is_peer("192.0.2.77"));
    put({"192.0.2.21", "2001:db8::21"});
    EXPECT_TRUE(eventually([&] { return is_peer("192.0.2.21"); }));
    EXPECT_TRUE(is_peer("2001:db8::21"));
    EXPECT_FALSE(is_peer("192.0.2.20"));
    EXPECT_TRUE(is_peer("192.0.2.77")) << "the configured ones stay";
    EXPECT_EQ(agent.command({"diff"}).exit_code, 0) << "the command knows them, too";
    put({"192.0.2.66"}, swarm::SigningKey::generate(), ++serial);
    EXPECT_TRUE(agent.process().says("its signature is not by this key"));
    EXPECT_FALSE(is_peer("192.0.2.66"));
    agent.stop();
}

// A node that has left must not be a peer again because an old file was put back.
TEST_F(AgentSwarmTest, RefusesAnOlderSnapshotAfterARestartToo) {
    put({"192.0.2.20"}, key, 10);
    agent.configure_with(kPolicy, kDiscovery);
    agent.start();
    EXPECT_TRUE(is_peer("192.0.2.20"));
    put({"192.0.2.66"}, key, 9);
    EXPECT_TRUE(agent.process().says("its serial 9 is below 10"));
    EXPECT_TRUE(is_peer("192.0.2.20"));
    agent.stop();
    agent.start();
    EXPECT_FALSE(is_peer("192.0.2.66"));
    EXPECT_EQ(agent.command({"diff"}).exit_code, 0) << "the command refuses it, too";
    put({"192.0.2.21"}, key, 11);
    EXPECT_TRUE(eventually([&] { return is_peer("192.0.2.21"); }));
    agent.stop();
}

TEST_F(AgentSwarmTest, StandsWithoutThem) {
    std::filesystem::remove(agent.dir().path() / "swarm.pub");
    agent.configure_with(kPolicy, kDiscovery);
    agent.start();
    EXPECT_TRUE(is_peer("192.0.2.77"));
    const std::string alarms = boost::json::serialize(agent.status().at("alarms"));
    EXPECT_NE(alarms.find("the swarm's nodes are not followed: discovery.verify_key: cannot open"),
              std::string::npos)
        << alarms;
    write_key();
    put({"192.0.2.20"});
    agent.process().signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return is_peer("192.0.2.20"); }));
    agent.stop();
}

}  // namespace
}  // namespace portcullis::firewall
