// The whole of it against an engine that answers as a test says. tests/swarm/discovery_test.cc is
// the same with a real one.
#include "config/swarm/discovery.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "tests/config/swarm/fake_engine.h"
#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
using test::FakeEngine;
using test::FakeReply;
using Way = FakeReply::Way;

constexpr const char* kManager =
    R"({"Swarm":{"NodeAddr":"10.77.0.11","LocalNodeState":"active","ControlAvailable":true}})";
constexpr const char* kWorker =
    R"({"Swarm":{"NodeAddr":"10.77.0.12","LocalNodeState":"active","ControlAvailable":false}})";

std::string service(const std::string& name, const std::string& label = "") {
    return fmt::format(R"({{"ID":"{0}-id","Spec":{{"Name":"{0}","Labels":{{{1}}},)"
                       R"("TaskTemplate":{{"Networks":[{{"Target":"net1"}}]}}}}}})",
                       name, label);
}

std::string task(const std::string& service, int last, const std::string& desired = "running") {
    return fmt::format(
        R"({{"ID":"{0}.{1}","ServiceID":"{0}-id","DesiredState":"{2}",)"
        R"("Status":{{"State":"running","ContainerStatus":{{"ContainerID":"c{1}"}}}},)"
        R"("NetworksAttachments":[{{"Network":{{"ID":"net1"}},"Addresses":["10.0.0.{1}/24"]}}]}})",
        service, last, desired);
}

class DiscoveryTest : public testing::Test {
  protected:
    DiscoveryTest() {
        std::filesystem::permissions(dir_.write("key", key_.private_pem()),
                                     std::filesystem::perms{0600});
        fake_.replies["/info"] = {200, kManager};
        fake_.replies["/networks/edge"] = {200, R"({"Id":"net1"})"};
        fake_.replies["/nodes"] = {200, R"([{"Status":{"Addr":"10.77.0.11"}}])"};
        fake_.replies["/events"] = {200, "", Way::endless};
        say({service("web")}, {task("web", 1)});
    }

    ~DiscoveryTest() override {
        if (discovery_) {
            stop();
        }
    }

    void say(const std::vector<std::string>& services, const std::vector<std::string>& tasks) {
        fake_.replies["/services"] = {200, fmt::format("[{}]", fmt::join(services, ","))};
        fake_.replies["/tasks"] = {200, fmt::format("[{}]", fmt::join(tasks, ","))};
    }

    void configure(const std::string& more = "") {
        dir_.write("portcullis.yaml",
                   fmt::format("discovery:\n  docker: [ {}{} ]\n  networks: [ edge ]\n"
                               "  snapshot: snapshot\n  signing_key: key\n  socket: status.sock\n"
                               "  poll: 50ms\n  poll_quiet: 100ms\n  timeout: 300ms\n{}",
                               fake_.docker(), more_engines_, more));
    }

    void start() {
        configure();
        const Loaded loaded = load_discovery(dir_.path() / "portcullis.yaml");
        ASSERT_TRUE(loaded.config) << render(loaded.diagnostics, loaded.text);
        auto made = Discovery::make(io_, loaded.config);
        ASSERT_TRUE(made) << made.error().text;
        discovery_ = std::move(*made);
        discovery_->start();
    }

    void stop() {
        bool ended = false;
        discovery_->stop([&] { ended = true; });
        EXPECT_TRUE(comes([&] { return ended; }));
        discovery_.reset();
    }

    // Runs until it is so; false if it does not come to that.
    bool comes(const std::function<bool()>& so) {
        const auto end = std::chrono::steady_clock::now() + test::kPatience;
        while (!so()) {
            if (std::chrono::steady_clock::now() > end) {
                return false;
            }
            io_.run_one_for(test::kPatience);
        }
        return true;
    }

    // "web[1 2~] db[]", of the file; "none" when it cannot be read.
    std::string written() const {
        const auto snapshot = document();
        std::string text = snapshot ? "" : "none";
        for (const Service& one : snapshot ? snapshot->services : std::vector<Service>{}) {
            text += (text.empty() ? "" : " ") + one.name + "[";
            for (const Task& each : one.tasks) {
                text += (text.ends_with('[') ? "" : " ") + each.address.text().substr(7) +
                        (each.leaving ? "~" : "");
            }
            text += "]";
        }
        return text;
    }

    std::optional<Snapshot> document() const {
        const auto sealed = read_file(dir_.path() / "snapshot");
        const auto opened =
            sealed ? swarm::open(*sealed, key_.verify_keys()) : Result<Opened>{sealed.error()};
        const auto snapshot = opened ? read(opened->document) : Result<Snapshot>{opened.error()};
        return snapshot ? std::optional{*snapshot} : std::nullopt;
    }

    std::uint64_t failures(Trouble trouble) const {
        return discovery_->reading().failures.at(static_cast<std::size_t>(trouble));
    }

    asio::io_context io_;
    const SigningKey key_ = SigningKey::generate();
    test::TempDir dir_;
    FakeEngine fake_{io_};
    std::string more_engines_;  // of discovery.docker
    std::unique_ptr<Discovery> discovery_;
};

TEST_F(DiscoveryTest, WritesWhatTheSwarmSaysAndFollowsIt) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; })) << written();
    EXPECT_EQ(document()->nodes, std::vector{IpAddress::parse("10.77.0.11").value()});
    EXPECT_GE(document()->serial, document()->seen.wall);
    say({service("web"), service("db")}, {task("web", 1), task("web", 2), task("db", 3)});
    EXPECT_TRUE(comes([&] { return discovery_->reading().events; }));
    fake_.tell(R"({"Type":"service","Action":"create","Actor":{"ID":"db-id"}})");
    EXPECT_TRUE(comes([&] { return written() == "db[3] web[1 2]"; })) << written();
    fake_.replies["/tasks"] = {200, "[" + task("web", 1) + "," + task("db", 3, "shutdown") + "]"};
    EXPECT_TRUE(comes([&] { return written() == "db[3~] web[1 2~]"; })) << written();
    const DiscoveryReading reading = discovery_->reading();
    EXPECT_EQ(reading.role, Role::manager);
    EXPECT_EQ(reading.api_version, "1.41");
    EXPECT_EQ(reading.trouble, "");
}

TEST_F(DiscoveryTest, BelievesThatTheLastServiceIsGoneWhenItWasRemoved) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]" && discovery_->reading().events; }));
    say({}, {});
    fake_.tell(R"({"Type":"service","Action":"remove","Actor":{"ID":"web-id"}})");
    EXPECT_TRUE(comes([&] { return written().empty(); })) << written();
}

TEST_F(DiscoveryTest, DoubtsAnEngineThatForgetsItsServices) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]" && discovery_->reading().events; }));
    say({}, {});
    fake_.tell(R"({"Type":"service","Action":"update","Actor":{"ID":"web-id"}})");
    const auto looks = discovery_->reading().looks;
    EXPECT_TRUE(comes([&] { return discovery_->reading().looks > looks + 5; }));
    EXPECT_TRUE(written().starts_with("web[1")) << written() << ": tasks may be asked for first";
}

TEST_F(DiscoveryTest, TakesAnIllTaskOutAndBackIn) {
    say({service("web")}, {task("web", 1), task("web", 2)});
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]" && discovery_->reading().events; }));
    fake_.tell(R"({"Type":"container","Action":"health_status: unhealthy","Actor":{"ID":"c2"}})");
    EXPECT_TRUE(comes([&] { return written() == "web[1 2~]"; })) << written();
    fake_.tell(R"({"Type":"container","Action":"health_status: healthy","Actor":{"ID":"c2"}})");
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]"; })) << written();
}

TEST_F(DiscoveryTest, KeepsWhatItKnowsWhateverGoesWrong) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; }));

    const struct {
        FakeReply reply;
        Trouble trouble;
    } cases[] = {{{500, R"({"message":"The swarm does not have a leader"})"}, Trouble::refused},
                 {{503, R"({"message":"This node is not a swarm manager"})"}, Trouble::refused},
                 {{400, R"({"message":"client version 1.41 is too old"})"}, Trouble::version},
                 {{200, "", Way::hanging}, Trouble::timeout},
                 {{200, "[" + task("web", 9) + "]", Way::cut}, Trouble::cut},
                 {{200, R"([{"ID":7}])"}, Trouble::malformed}};

    const FakeReply good = fake_.replies["/tasks"];
    for (const auto& [reply, trouble] : cases) {
        const auto before = failures(trouble);
        fake_.replies["/tasks"] = reply;
        EXPECT_TRUE(comes([&, wanted = trouble] { return failures(wanted) > before; }))
            << name(trouble);
        EXPECT_EQ(written(), "web[1]") << name(trouble);
        EXPECT_NE(discovery_->reading().trouble, "");
        fake_.replies["/tasks"] = good;
        EXPECT_TRUE(comes([&] { return discovery_->reading().trouble.empty(); }));
    }
    fake_.stop();
    EXPECT_TRUE(comes([&] { return failures(Trouble::unreachable) > 0; }));
    EXPECT_EQ(written(), "web[1]");
    fake_.listen();
    say({service("web")}, {task("web", 1), task("web", 2)});
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]"; })) << written();
}

TEST_F(DiscoveryTest, BeginsWithTheLastGoodState) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; }));
    const std::uint64_t serial = document()->serial;
    stop();
    // The engine has just started as well, and knows nothing yet.
    say({}, {});
    start();
    EXPECT_TRUE(comes([&] { return discovery_->reading().looks > 3; }));
    EXPECT_TRUE(comes([&] { return discovery_->reading().events; }));
    EXPECT_EQ(written(), "web[1]");
    say({service("web")}, {task("web", 1), task("web", 2)});
    fake_.tell(R"({"Type":"service","Action":"update","Actor":{"ID":"web-id"}})");
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]"; })) << written();
    EXPECT_GT(document()->serial, serial);
}

TEST_F(DiscoveryTest, PutsAServiceWithABadLabelInQuarantine) {
    say({service("web", R"("portcullis.colour":"red")"), service("db")}, {task("web", 1)});
    start();
    EXPECT_TRUE(comes([&] { return written() == "db[] web[1]"; })) << written();
    ASSERT_EQ(document()->quarantine.size(), 1U);
    EXPECT_EQ(document()->quarantine[0].service, "web");
    EXPECT_NE(document()->quarantine[0].reason.find("portcullis.colour"), std::string::npos);
}

TEST_F(DiscoveryTest, KnowsNodesAndNoServicesOnAWorker) {
    fake_.replies["/info"] = {200, kWorker};
    fake_.replies["/networks/edge"] = {200, R"({"Id":"net1","Peers":[{"IP":"10.77.0.11"}]})"};
    start();
    EXPECT_TRUE(comes([&] { return document().has_value(); }));
    EXPECT_EQ(document()->nodes, (std::vector{IpAddress::parse("10.77.0.11").value(),
                                              IpAddress::parse("10.77.0.12").value()}));
    EXPECT_EQ(written(), "");
    EXPECT_EQ(discovery_->reading().role, Role::worker);
}

TEST_F(DiscoveryTest, NoticesThatItIsPromotedOrDemoted) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; }));
    const FakeReply good = fake_.replies["/tasks"];
    fake_.replies["/tasks"] = {503, R"({"message":"This node is not a swarm manager."})"};
    fake_.replies["/info"] = {200, kWorker};
    EXPECT_TRUE(comes([&] { return discovery_->reading().role == Role::worker; }));
    EXPECT_EQ(written(), "web[1]") << "doubted: it may just have started";
    fake_.replies["/tasks"] = good;
    fake_.replies["/info"] = {200, kManager};
    EXPECT_TRUE(comes([&] { return discovery_->reading().role == Role::manager; }));
    EXPECT_EQ(written(), "web[1]");
}

TEST_F(DiscoveryTest, BelievesNobodyIllWhoseRecoveryItMayHaveMissed) {
    say({service("web")}, {task("web", 1), task("web", 2)});
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]" && discovery_->reading().events; }));
    fake_.tell(R"({"Type":"container","Action":"health_status: unhealthy","Actor":{"ID":"c2"}})");
    EXPECT_TRUE(comes([&] { return written() == "web[1 2~]"; })) << written();
    fake_.stop();
    EXPECT_TRUE(comes([&] { return !discovery_->reading().events; }));
    fake_.listen();
    EXPECT_TRUE(comes([&] { return written() == "web[1 2]"; })) << written();
}

// However short its absence: each question finds it there, and only the stream of events has ended.
TEST_F(DiscoveryTest, NoticesThatTheEngineHasStartedAnew) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]" && discovery_->reading().events; }));
    const std::uint64_t ended = discovery_->reading().streams_failed;
    fake_.stop();
    fake_.listen();
    EXPECT_TRUE(comes([&] { return discovery_->reading().streams_failed > ended; }));
    EXPECT_TRUE(comes([&] { return discovery_->reading().events; })) << "and listens again";
    EXPECT_EQ(written(), "web[1]");
}

// As on a worker, or where the first manager is away: the next one is asked.
TEST_F(DiscoveryTest, AsksTheEnginesInTurn) {
    FakeEngine second{io_};
    second.replies = fake_.replies;
    second.replies["/tasks"] = {200, "[" + task("web", 7) + "]"};
    fake_.replies["/info"] = {200, kWorker};
    more_engines_ = ", " + second.docker();
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[7]"; })) << written();
    EXPECT_EQ(discovery_->reading().engine, second.docker());
    EXPECT_EQ(discovery_->reading().role, Role::manager);
    EXPECT_TRUE(comes([&] { return discovery_->reading().events; }));
    // The other one is promoted, and this one ends.
    fake_.replies["/info"] = {200, kManager};
    second.stop();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; })) << written();
    EXPECT_EQ(discovery_->reading().engine, fake_.docker());
    EXPECT_TRUE(comes([&] { return discovery_->reading().events; }));
    stop();
}

TEST_F(DiscoveryTest, TakesOverAnotherConfiguration) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; }));
    dir_.write("portcullis.yaml", "discovery: { snapshot: snapshot, networks: [] }\n");
    discovery_->reload();
    EXPECT_EQ(discovery_->reading().reloads_refused, 1U);
    say({service("web")}, {task("web", 2)});
    EXPECT_TRUE(comes([&] { return written() == "web[2]"; })) << "the one before stays";
    configure("firewall: { mode: edge }\n");
    std::filesystem::remove(dir_.path() / "snapshot");
    discovery_->reload();
    EXPECT_EQ(discovery_->reading().reloads, 1U);
    EXPECT_TRUE(comes([&] { return written() == "web[2]"; })) << "written anew";
}

TEST_F(DiscoveryTest, GoesOnWhenItCannotWrite) {
    start();
    EXPECT_TRUE(comes([&] { return written() == "web[1]"; }));
    std::filesystem::create_directories(dir_.path() / "snapshot.new" / "in the way");
    say({service("web")}, {task("web", 2)});
    EXPECT_TRUE(comes([&] { return discovery_->reading().writes_failed > 1; }));
    EXPECT_NE(discovery_->reading().trouble, "");
    std::filesystem::remove_all(dir_.path() / "snapshot.new");
    EXPECT_TRUE(comes([&] { return written() == "web[2]"; })) << written();
    EXPECT_EQ(discovery_->reading().trouble, "");
}

TEST_F(DiscoveryTest, DoesNotStartWithoutItsKey) {
    configure();
    std::filesystem::remove(dir_.path() / "key");
    const Loaded loaded = load_discovery(dir_.path() / "portcullis.yaml");
    ASSERT_TRUE(loaded.config);
    EXPECT_FALSE(Discovery::make(io_, loaded.config));
}

}  // namespace
}  // namespace portcullis::swarm
