// What the agent notices by itself, with the real kernel.
#include "firewall/agent/agent.h"
#include "firewall/agent/difference.h"
#include "firewall/netlink/kernel.h"
#include "tests/firewall/agent/running_agent.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <sys/syscall.h>

#include <cstdio>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <optional>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::eventually;
using test::NetNamespace;
using testing::HasSubstr;

// The agent's own socket, taken out of it: through it even an owned table can be changed.
std::optional<Socket> steal_owner_socket(const AgentUnderTest& agent, pid_t pid,
                                         std::uint32_t owner) {
    const Fd process{static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))};
    for (int number = 3; number < 64; ++number) {
        Fd copy{static_cast<int>(::syscall(SYS_pidfd_getfd, process.get(), number, 0))};
        if (!copy) {
            continue;
        }
        auto socket = Socket::adopt(std::move(copy));
        if (socket && socket->port() == owner) {
            return std::move(*socket);
        }
    }
    ADD_FAILURE() << "no socket of the agent owns the table: " << agent.audit();
    return {};
}

TEST(AgentWatch, PutsBackWhatSomebodyChangedAndSaysWho) {
    AgentUnderTest agent;
    agent.start();
    const std::string rules = agent.tables();
    auto reader = Socket::open().value();
    const Installed installed = read(reader).value();
    auto thief = steal_owner_socket(agent, agent.process().pid(), installed.tables.front().owner);
    ASSERT_TRUE(thief);
    Program open = installed.program;
    ASSERT_FALSE(open.tables.front().chains.front().rules.empty());
    open.tables.front().chains.front().rules.pop_back();
    const Ownership as_it_was =
        installed.tables.front().persistent ? Ownership::persistent : Ownership::owner;
    ASSERT_TRUE(
        replace(*thief, open, installed.tables.front().owned ? as_it_was : Ownership::none));
    EXPECT_TRUE(eventually([&] { return agent.audited("repaired") == 1; })) << agent.audit();
    EXPECT_EQ(agent.tables(), rules);
    EXPECT_THAT(agent.audit(), HasSubstr("\"who\":\"pid " + std::to_string(::getpid()) + " comm "));
    const auto status = agent.status();
    EXPECT_EQ(status.at("drifts"), 1);
    EXPECT_EQ(status.at("repairs"), 1);
    EXPECT_EQ(status.at("drift"), "in_sync");
    std::printf("repaired %s ms after the kernel's notice\n",
                boost::json::serialize(status.at("repair_milliseconds")).c_str());
    agent.stop();
}

TEST(AgentWatch, PutsBackRulesAndBansEachByItselfBesideManyBans) {
    AgentUnderTest agent;
    agent.start();
    constexpr int kBans = 20'000;
    std::string list;
    for (int i = 0; i < kBans; ++i) {
        list += fmt::format("{}.{}.{}.{}\n", 100, 64 + i / 65'536, i / 256 % 256, i % 256);
    }
    const std::string file = agent.dir().write("bans.txt", list).string();
    ASSERT_EQ(agent.command({"ban", "--file", file, "--for", "1h"}).exit_code, 0);
    auto reader = Socket::open().value();
    const Installed installed = read(reader).value();
    auto thief = steal_owner_socket(agent, agent.process().pid(), installed.tables.front().owner);
    ASSERT_TRUE(thief);
    const Set bans = *find_set(installed.program.tables.front(), kBannedAddresses4);
    ASSERT_EQ(bans.elements.size(), kBans);

    Program open = installed.program;
    open.tables.front().chains.front().rules.pop_back();
    ASSERT_TRUE(replace_rules(*thief, open, installed));
    EXPECT_TRUE(eventually([&] { return agent.audited("repaired") == 1; })) << agent.audit();
    EXPECT_EQ(read_rules(reader).value().program, without_bans(installed.program));
    std::printf("repaired %s ms after the kernel's notice\n",
                boost::json::serialize(agent.status().at("repair_milliseconds")).c_str());

    ASSERT_TRUE(remove_elements(*thief, bans, std::span{bans.elements}.first(1)));
    EXPECT_TRUE(eventually([&] { return agent.audited("repaired") == 2; })) << agent.audit();
    EXPECT_EQ(read_elements(reader, bans).value().elements.size(), kBans);
    EXPECT_THAT(agent.audit(), HasSubstr("elements of set ban4 were changed"));
    EXPECT_EQ(agent.status().at("drifts"), 2);
    agent.stop();
}

TEST(AgentWatch, IgnoresWhatOthersDoToTheirOwnTables) {
    AgentUnderTest agent;
    agent.start();
    const std::string rules = agent.tables();
    ASSERT_EQ(agent.nft("add table ip docker").exit_code, 0);
    ASSERT_EQ(agent.nft("add chain ip docker nat").exit_code, 0);
    ASSERT_EQ(agent.nft("delete table ip docker").exit_code, 0);
    const auto status = agent.status();
    EXPECT_EQ(status.at("drifts"), 0);
    EXPECT_EQ(status.at("drift"), "in_sync");
    EXPECT_EQ(agent.tables(), rules);
    agent.stop();
}

TEST(AgentWatch, RecordsAChainThatSomebodyPutsBeforeTheGate) {
    AgentUnderTest agent;
    agent.start();
    ASSERT_EQ(agent.nft("add table ip early").exit_code, 0);
    ASSERT_EQ(agent.nft("add chain ip early pre { type filter hook prerouting priority -500; }")
                  .exit_code,
              0);
    EXPECT_TRUE(eventually([&] {
        return agent.audit().find("chain pre of ip early sees packets before the gate") !=
               std::string::npos;
    })) << agent.audit();
    EXPECT_NE(agent.audit().find("comm nft"), std::string::npos);
    agent.stop();
}

TEST(AgentWatch, FollowsAnInterfaceThatIsPluggedInAndOneThatIsRenamed) {
    AgentUnderTest agent;
    agent.start();
    const NetNamespace here = NetNamespace::here();
    const NetNamespace elsewhere;
    here.must({"ip", "link", "add", "out1", "type", "veth", "peer", "name", "x", "netns",
               elsewhere.path()});
    here.must({"ip", "link", "set", "out0", "name", "br-fake"});
    EXPECT_TRUE(eventually([&] { return !agent.status().at("alarms").as_array().empty(); }))
        << agent.audit();
    const std::string alarms = boost::json::serialize(agent.status().at("alarms"));
    EXPECT_NE(alarms.find("br-fake has the name of an inside interface and a default route leaves "
                          "through it; it is treated as outside"),
              std::string::npos)
        << alarms;
    EXPECT_GE(agent.audited("alarm"), 1U);
    EXPECT_EQ(agent.command({"diff"}).exit_code, 0) << "the rules follow";
    here.must({"ip", "link", "set", "br-fake", "name", "out0"});
    EXPECT_TRUE(eventually([&] { return agent.status().at("alarms").as_array().empty(); }))
        << agent.audit();
    agent.stop();
}

TEST(AgentWatch, TracksConnectionsWhileAStrangersSocketIsOn443) {
    AgentUnderTest agent;
    agent.start();
    EXPECT_EQ(agent.status().at("listener"), "none");
    const std::string edge = agent.tables();
    {
        test::Process stranger{
            {.argv = {"openssl", "s_server", "-accept", "443", "-nocert", "-quiet"}}};
        EXPECT_TRUE(eventually([&] { return agent.status().at("listener") == "foreign"; }));
        const auto status = agent.status();
        EXPECT_NE(boost::json::serialize(status.at("alarms")).find("openssl (pid "),
                  std::string::npos);
        EXPECT_NE(boost::json::serialize(status.at("degraded")).find("tracked:"),
                  std::string::npos);
        EXPECT_NE(agent.tables(), edge);
    }
    EXPECT_TRUE(eventually([&] { return agent.status().at("listener") == "none"; }));
    EXPECT_TRUE(eventually([&] { return agent.tables() == edge; }));
    EXPECT_GE(agent.audited("listener"), 2U);
    agent.stop();
}

TEST(AgentWatch, SetsTheSettingsItNeedsAndSaysSo) {
    AgentUnderTest agent;
    NetNamespace::here().set("net/ipv4/tcp_syncookies", "0");
    agent.start();
    EXPECT_TRUE(eventually([&] { return agent.audited("sysctl") == 1; })) << agent.audit();
    EXPECT_NE(agent.audit().find("net/ipv4/tcp_syncookies set from 0 to 1"), std::string::npos);
    agent.stop();
}

}  // namespace
}  // namespace portcullis::firewall
