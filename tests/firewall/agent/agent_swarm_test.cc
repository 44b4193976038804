// The wall opens the swarm's ports to the nodes that a signed snapshot names, and to no other.
#include "base/file.h"
#include "config/swarm/seal.h"
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

constexpr const char* kKey = "0123456789abcdef0123456789abcdef";
constexpr const char* kPolicy =
    "mode: edge\n  cluster: { peers: [ 192.0.2.77/32 ] }";  // lines of 'firewall'
constexpr const char* kDiscovery =
    "discovery: { snapshot: snapshot, key_file: swarm.key, networks: [ n ] }";

class AgentSwarmTest : public testing::Test {
  protected:
    AgentSwarmTest() { write_key(); }

    void write_key() const {
        const auto key = agent.dir().write("swarm.key", kKey);
        std::filesystem::permissions(key, std::filesystem::perms{0600});
    }

    void put(const std::vector<std::string>& nodes, const char* key = kKey) {
        swarm::Snapshot snapshot;
        snapshot.serial = ++serial;
        for (const std::string& node : nodes) {
            snapshot.nodes.push_back(IpAddress::parse(node).value());
        }
        ASSERT_TRUE(replace_file(agent.dir().path() / "snapshot",
                                 swarm::seal(swarm::write(snapshot), key)));
    }

    [[nodiscard]] bool is_peer(const std::string& address) const {
        return agent.tables().find(address) != std::string::npos;
    }

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
    put({"192.0.2.66"}, "another key of thirty-two bytes.");
    EXPECT_TRUE(agent.process().says("its signature is not by this key"));
    EXPECT_FALSE(is_peer("192.0.2.66"));
    agent.stop();
}

TEST_F(AgentSwarmTest, StandsWithoutThem) {
    std::filesystem::remove(agent.dir().path() / "swarm.key");
    agent.configure_with(kPolicy, kDiscovery);
    agent.start();
    EXPECT_TRUE(is_peer("192.0.2.77"));
    const std::string alarms = boost::json::serialize(agent.status().at("alarms"));
    EXPECT_NE(alarms.find("the swarm's nodes are not followed: discovery.key_file: cannot open"),
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
