#include "firewall/agent/agent.h"

#include "base/fd.h"
#include "tests/firewall/agent/running_agent.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <signal.h>

namespace portcullis::firewall {
namespace {

using test::AgentUnderTest;
using test::Ended;
using test::eventually;

TEST(Agent, BuildsTheWallAndLeavesItStandingWhenItEnds) {
    AgentUnderTest agent;
    agent.start();
    EXPECT_EQ(agent.status().at("start"), "built");
    const std::string rules = agent.tables();
    EXPECT_NE(rules.find("table inet portcullis"), std::string::npos);
    agent.stop();
    EXPECT_EQ(agent.tables(), rules);
    EXPECT_EQ(agent.command({"verify"}).exit_code, 0) << agent.audit();
    EXPECT_EQ(agent.audited("started"), 1U);
    EXPECT_EQ(agent.audited("stopped"), 1U);
}

TEST(Agent, LetsNobodyElseTouchWhatItOwns) {
    AgentUnderTest agent;
    agent.start();
    if (agent.status().at("ownership") == "none") {
        GTEST_SKIP() << "this kernel has no owned tables";
    }
    const std::string rules = agent.tables();
    EXPECT_EQ(agent.nft("flush ruleset").exit_code, 0) << "succeeds, and skips what is owned";
    for (const char* attempt :
         {"add rule inet portcullis gate accept", "delete table inet portcullis",
          "add element inet portcullis inside { out0 }",
          "add table inet portcullis { flags dormant; }", "flush chain inet portcullis gate"}) {
        const Ended ended = agent.nft(attempt);
        EXPECT_NE(ended.exit_code, 0) << attempt;
        EXPECT_NE(ended.err.find("Operation not permitted"), std::string::npos) << ended.err;
    }
    EXPECT_EQ(agent.tables(), rules);
    agent.stop();
}

TEST(Agent, KilledLeavesTheRulesAndItsNextLifeClaimsThem) {
    AgentUnderTest agent;
    agent.start();
    if (agent.status().at("ownership") != "persistent") {
        GTEST_SKIP() << "this kernel has no persistent tables";
    }
    const std::string rules = agent.tables();
    agent.kill();
    EXPECT_EQ(agent.tables(), rules);
    EXPECT_NE(rules, "");
    agent.start();
    EXPECT_EQ(agent.status().at("start"), "claimed");
    EXPECT_EQ(agent.tables(), rules) << "with the same seeds, ownership and all";
    EXPECT_EQ(agent.nft("delete table inet portcullis").exit_code, 1);
    agent.stop();
    EXPECT_EQ(agent.command({"verify"}).exit_code, 0) << agent.audit();
}

TEST(Agent, BuildsAnewWhatWasFlushedWhileItWasDead) {
    AgentUnderTest agent;
    agent.start();
    const std::string rules = agent.tables();
    agent.kill();
    EXPECT_EQ(agent.nft("flush ruleset").exit_code, 0);
    EXPECT_EQ(agent.tables(), "") << "an orphan is anybody's";
    agent.start();
    EXPECT_EQ(agent.status().at("start"), "built");
    EXPECT_EQ(agent.tables(), rules);
    agent.stop();
}

// The test plays systemd: it holds the owner's socket while the agent is dead.
TEST(Agent, GoesOnWithTheSocketThatTheServiceManagerKept) {
    AgentUnderTest agent;
    const std::string notify = (agent.dir().path() / "notify").string();
    const Fd systemd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, notify.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(systemd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    agent.start({{"NOTIFY_SOCKET", notify}});
    if (agent.status().at("ownership") == "none") {
        GTEST_SKIP() << "this kernel has no owned tables";
    }
    Fd kept;
    for (;;) {
        std::array<char, 512> text{};
        alignas(cmsghdr) std::array<char, 64> control{};
        iovec part{text.data(), text.size()};
        msghdr message{};
        message.msg_iov = &part;
        message.msg_iovlen = 1;
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        const ssize_t count = ::recvmsg(systemd.get(), &message, MSG_DONTWAIT);
        if (count <= 0) {
            break;
        }
        if (const cmsghdr* header = CMSG_FIRSTHDR(&message)) {
            int number = -1;
            std::memcpy(&number, CMSG_DATA(header), sizeof number);
            kept.reset(number);  // not close-on-exec: the next life inherits it
        }
    }
    ASSERT_TRUE(kept) << "nothing was given to the service manager";
    const std::string rules = agent.tables();
    const auto generation = agent.status().at("generation");
    agent.kill();
    EXPECT_EQ(agent.nft("delete table inet portcullis").exit_code, 1)
        << "not even while it is dead";
    const std::string start = "exec 3<&" + std::to_string(kept.get()) +
                              "; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=owner exec " +
                              test::program("portcullis-firewall").string() + " run --config " +
                              agent.config().string();
    test::Process second{{.argv = {"bash", "-c", start}}};
    ASSERT_TRUE(second.says("the kernel holds the program")) << second.err();
    EXPECT_EQ(agent.status().at("start"), "adopted");
    EXPECT_EQ(agent.status().at("generation"), generation) << "nothing had to be sent";
    EXPECT_EQ(agent.tables(), rules);
    second.signal(SIGTERM);
    EXPECT_EQ(second.wait(), 0) << second.err();
}

// Datagrams from the stranger to a port that is closed: none may come through, whatever happens.
TEST(Agent, HasNoOpenMomentWhileItIsKilledClaimedReloadedAndBannedThrough) {
    AgentUnderTest agent;
    const Fd receiver{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_port = htons(9999);
    ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any), 0);
    const auto received = [&] {
        int count = 0;
        for (char byte = 0; ::recv(receiver.get(), &byte, 1, MSG_DONTWAIT) == 1;) {
            ++count;
        }
        return count;
    };
    test::Process sender{{.argv = {"nsenter", "--net=" + agent.stranger().path(), "python3", "-c",
                                   "import socket, time\n"
                                   "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                                   "for i in range(60000):\n"
                                   "    s.sendto(b'x', ('192.0.2.10', 9999))\n"
                                   "    time.sleep(0.001)\n"}}};
    ASSERT_TRUE(eventually([&] { return received() > 0; })) << "without a wall they come through";
    agent.start();
    received();  // those of before
    agent.kill();
    agent.start();
    agent.configure("management: { from: [ 10.9.0.0/24 ] }");
    agent.process().signal(SIGHUP);
    EXPECT_TRUE(agent.process().says("configuration reloaded"));
    EXPECT_EQ(agent.command({"ban", "--for", "1h", "198.51.100.0/25"}).exit_code, 0);
    agent.stop();
    EXPECT_EQ(received(), 0);
    EXPECT_TRUE(sender.running());
    EXPECT_EQ(agent.nft("flush ruleset").exit_code, 0);
    EXPECT_TRUE(eventually([&] { return received() > 0; }))
        << "it was the wall that held them back";
}

// What a rule that is meant for the proxy may send to all.
TEST(Agent, IgnoresTheSignalsThatAreTheProxys) {
    AgentUnderTest agent;
    agent.start();
    for (const int signal : {SIGUSR1, SIGUSR2, SIGHUP}) {
        agent.process().signal(signal);
    }
    EXPECT_TRUE(agent.process().says("configuration reloaded"));
    agent.stop();
}

TEST(Agent, RefusesASecondOne) {
    AgentUnderTest agent;
    agent.start();
    const std::string rules = agent.tables();
    const Ended second = agent.command({"run"});
    EXPECT_NE(second.exit_code, 0);
    EXPECT_NE(second.err.find("another process listens at"), std::string::npos) << second.err;
    // One with other files still meets the first one's table.
    agent.dir().write("other/portcullis.yaml",
                      "firewall:\n  mode: closed\n  state: state\n"
                      "  audit: audit.ndjson\n  socket: \"off\"\n");
    const Ended other = test::run({{test::program("portcullis-firewall"), "run", "--config",
                                    (agent.dir().path() / "other/portcullis.yaml").string()}});
    if (agent.status().at("ownership") != "none") {
        EXPECT_EQ(other.exit_code, 1) << other.err;
        EXPECT_NE(other.err.find("the rules belong to another process"), std::string::npos)
            << other.err;
    }
    EXPECT_EQ(agent.tables(), rules);
    agent.stop();
}

TEST(Agent, TakesOverAnotherConfigurationAndRefusesAnInvalidOne) {
    AgentUnderTest agent;
    agent.start();
    const std::string before = agent.tables();
    agent.configure("mode: egde");
    agent.process().signal(SIGHUP);
    EXPECT_TRUE(agent.process().says("the one before stays in force"));
    EXPECT_NE(agent.process().err().find("'egde' is not a choice here"), std::string::npos);
    EXPECT_EQ(agent.tables(), before);
    EXPECT_EQ(agent.audited("refused"), 1U);
    agent.configure("management: { from: [ 10.9.0.0/24 ] }");
    agent.process().signal(SIGHUP);
    EXPECT_TRUE(agent.process().says("configuration reloaded"));
    EXPECT_NE(agent.tables().find("10.9.0.0/24"), std::string::npos);
    agent.stop();
}

TEST(Agent, StartsWithTheLastConfirmedConfigurationWhenTheFileIsInvalid) {
    AgentUnderTest agent{"management: { from: [ 10.9.0.0/24 ] }"};
    agent.start();
    const std::string rules = agent.tables();
    agent.kill();
    agent.configure("mode: egde");
    agent.start();
    EXPECT_EQ(agent.tables(), rules);
    EXPECT_NE(agent.stop().find("the one confirmed last is used"), std::string::npos);
}

TEST(Agent, ChangesNothingWithAnInvalidFileAndNothingConfirmed) {
    AgentUnderTest agent{"mode: egde"};
    const Ended ended = agent.command({"run"});
    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(ended.err.find("nothing was changed"), std::string::npos) << ended.err;
    EXPECT_EQ(agent.tables(), "");
}

}  // namespace
}  // namespace portcullis::firewall
