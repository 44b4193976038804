// portcullis-discovery beside a real dockerd, a swarm of one node: the snapshot follows what is
// done to services, and what happens to dockerd and to discovery itself. One swarm serves all
// cases.
#include "base/file.h"
#include "config/swarm/seal.h"
#include "config/swarm/signing_key.h"
#include "config/swarm/snapshot.h"
#include "tests/swarm/support/docker_node.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

namespace portcullis::test {
namespace {

constexpr Timeout kSwarm = 60s;  // what the swarm does takes seconds, on a busy machine many

class DiscoveryBesideDocker : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        if (::geteuid() != 0) {
            obstacle_ = "dockerd needs root";
            return;
        }
        site_ = std::make_unique<Site>();
        obstacle_ = site_->start();
    }

    static void TearDownTestSuite() { site_.reset(); }

    void SetUp() override {
        if (obstacle_.empty()) {
            start();
            return;
        }
        const char* ci = std::getenv("CI");
        if (ci != nullptr && std::string_view{ci} == "true") {
            FAIL() << obstacle_;
        }
        GTEST_SKIP() << obstacle_;
    }

    void TearDown() override {
        if (discovery_) {
            discovery_->signal(SIGTERM);
            EXPECT_EQ(discovery_->wait(), 0) << discovery_->err();
        }
    }

    struct Site {
        Site() : node{network, fmt::format("portcullis-follow-{}", ::getpid()), "11.22.33.21"} {
            network.must(
                {"ip", "-batch", "-"},
                "link add eth0 type veth peer name peer\nlink set eth0 up\nlink set peer up\n"
                "addr add 11.22.33.21/24 dev eth0\n");
        }

        std::string start() {
            if (!node.ready()) {
                return "dockerd does not run here: " + node.complaints();
            }
            const TempDir image;
            const std::string archive = image.path() / "image.tar";
            network.must(
                {"tar", "-C", "/bin", "-cf", archive, "--transform", "s,^,bin/,", "busybox"});
            node.docker({"import", "--change", "ENV PATH=/bin", archive, "echo"});
            node.docker({"swarm", "init", "--advertise-addr", node.address()});
            node.docker(
                {"network", "create", "--driver", "overlay", "--subnet", "10.10.0.0/24", "edge"});
            std::filesystem::permissions(dir.write("key", key.private_pem()),
                                         std::filesystem::perms{0600});
            dir.write(
                "portcullis.yaml",
                fmt::format("discovery:\n  docker: unix://{}\n  networks: [ edge ]\n"
                            "  snapshot: snapshot\n  signing_key: key\n  socket: status.sock\n",
                            node.socket().string()));
            return {};
        }

        const swarm::SigningKey key = swarm::SigningKey::generate();
        NetNamespace network;
        DockerNode node;
        TempDir dir;
    };

    void start() {
        discovery_ =
            std::make_unique<Process>(Command{.argv = {program("portcullis-discovery"), "--config",
                                                       site_->dir.path() / "portcullis.yaml"}});
        ASSERT_TRUE(discovery_->says("looking at the swarm")) << discovery_->err();
    }

    static std::string create(const std::string& name, std::vector<std::string> options) {
        std::vector<std::string> words{"service",
                                       "create",
                                       "--detach",
                                       "--no-resolve-image",
                                       "--endpoint-mode",
                                       "dnsrr",
                                       "--name",
                                       name,
                                       "--stop-signal",
                                       "KILL",
                                       "--stop-grace-period",
                                       "1s"};
        words.insert(words.end(), options.begin(), options.end());
        for (const char* word : {"echo", "busybox", "sleep", "3600"}) {
            words.emplace_back(word);
        }
        return site_->node.docker(std::move(words));
    }

    static std::optional<swarm::Snapshot> snapshot() {
        const auto sealed = read_file(site_->dir.path() / "snapshot");
        const auto opened = sealed ? swarm::open(*sealed, site_->key.verify_keys())
                                   : Result<swarm::Opened>{sealed.error()};
        const auto read =
            opened ? swarm::read(opened->document) : Result<swarm::Snapshot>{opened.error()};
        return read ? std::optional{*read} : std::nullopt;
    }

    // "web 2, db 1", of services and their tasks; a task that is leaving counts as ~.
    static std::string services() {
        const auto now = snapshot();
        std::string text = now ? "" : "none";
        for (const swarm::Service& one : now ? now->services : std::vector<swarm::Service>{}) {
            std::size_t leaving = 0;
            for (const swarm::Task& task : one.tasks) {
                leaving += task.leaving ? 1 : 0;
                EXPECT_TRUE(task.address.text().starts_with("10.10.0.")) << task.address.text();
            }
            text += (text.empty() ? "" : ", ") + one.name + " " +
                    std::to_string(one.tasks.size() - leaving) + std::string(leaving, '~');
        }
        return text;
    }

    static std::string metrics() {
        const Ended asked =
            run({.argv = {"curl", "--silent", "--fail", "--unix-socket",
                          site_->dir.path() / "status.sock", "http://discovery/metrics"}});
        EXPECT_EQ(asked.exit_code, 0);
        return asked.out;
    }

    // Whether events come.
    static bool listens() {
        return metrics().find("portcullis_discovery_events 1\n") != std::string::npos;
    }

    static bool come_to(const std::string& wanted) {
        return eventually([&] { return services() == wanted; }, kSwarm);
    }

    static std::unique_ptr<Site> site_;
    static std::string obstacle_;
    std::unique_ptr<Process> discovery_;
};

std::unique_ptr<DiscoveryBesideDocker::Site> DiscoveryBesideDocker::site_;
std::string DiscoveryBesideDocker::obstacle_;

TEST_F(DiscoveryBesideDocker, FollowsAServiceFromItsFirstDayToItsLast) {
    EXPECT_TRUE(come_to("")) << discovery_->err();
    create("web", {"--network", "edge", "--label", "portcullis.host=web.test", "--label",
                   "portcullis.port=8080", "--label", "team=red", "--replicas", "2"});
    EXPECT_TRUE(come_to("web 2")) << services() << discovery_->err();
    const auto now = snapshot();
    ASSERT_TRUE(now);
    EXPECT_EQ(now->services.at(0).labels,
              (std::map<std::string, std::string>{{"portcullis.host", "web.test"},
                                                  {"portcullis.port", "8080"}}));
    EXPECT_EQ(now->nodes, std::vector{IpAddress::parse("11.22.33.21").value()});
    EXPECT_TRUE(now->quarantine.empty()) << now->quarantine[0].reason;
    site_->node.docker({"service", "scale", "--detach", "web=3"});
    EXPECT_TRUE(come_to("web 3")) << services() << discovery_->err();
    site_->node.docker({"service", "scale", "--detach", "web=1"});
    EXPECT_TRUE(come_to("web 1")) << services() << discovery_->err();
    site_->node.docker({"service", "rm", "web"});
    EXPECT_TRUE(come_to("")) << services() << discovery_->err();
}

TEST_F(DiscoveryBesideDocker, KeepsTheLastTaskAsLeavingUntilItHasEnded) {
    create("web", {"--network", "edge"});
    EXPECT_TRUE(come_to("web 1")) << services() << discovery_->err();
    site_->node.docker({"service", "scale", "--detach", "web=0"});
    EXPECT_TRUE(come_to("web 0~")) << services() << discovery_->err();
    EXPECT_TRUE(come_to("web 0")) << services() << discovery_->err();
    site_->node.docker({"service", "rm", "web"});
    EXPECT_TRUE(come_to("")) << services() << discovery_->err();
}

TEST_F(DiscoveryBesideDocker, SaysWhyAServiceIsNotRouted) {
    create("lost", {"--label", "portcullis.host=lost.test", "--label", "portcullis.port=8080"});
    EXPECT_TRUE(
        discovery_->says("service 'lost' is not routed: is on none of the networks of "
                         "discovery.networks; attach it to 'edge'",
                         kSwarm))
        << discovery_->err();
    site_->node.docker({"service", "update", "--detach", "--network-add", "edge", "lost"});
    EXPECT_TRUE(discovery_->says("service 'lost' is in quarantine no more", kSwarm))
        << discovery_->err();
    site_->node.docker({"service", "rm", "lost"});
    EXPECT_TRUE(come_to("")) << services() << discovery_->err();
}

// dockerd is kept away until discovery has said so: on a fast machine it is back before the next
// look.
TEST_F(DiscoveryBesideDocker, KeepsWhatItKnowsWhileDockerdOrItselfStartsAnew) {
    create("web", {"--network", "edge", "--replicas", "2"});
    EXPECT_TRUE(come_to("web 2")) << services() << discovery_->err();
    site_->node.stop_daemon();
    EXPECT_TRUE(discovery_->says("the swarm is not seen", kSwarm)) << discovery_->err();
    EXPECT_EQ(services(), "web 2");
    discovery_->signal(SIGKILL);
    EXPECT_TRUE(discovery_->wait());
    start();
    EXPECT_TRUE(discovery_->says("the swarm is not seen", kSwarm)) << discovery_->err();
    EXPECT_EQ(services(), "web 2");
    site_->node.start_daemon();
    EXPECT_TRUE(discovery_->says("this node is a manager", kSwarm)) << discovery_->err();
    EXPECT_TRUE(site_->node.ready() && site_->node.leads());
    EXPECT_TRUE(come_to("web 2")) << services() << discovery_->err();
    site_->node.docker({"service", "rm", "web"});
    EXPECT_TRUE(come_to("")) << services() << discovery_->err();
}

// However soon dockerd is back: its stream of events has ended.
TEST_F(DiscoveryBesideDocker, NoticesThatDockerdStartedAnew) {
    create("web", {"--network", "edge"});
    EXPECT_TRUE(come_to("web 1")) << services() << discovery_->err();
    EXPECT_TRUE(eventually([] { return listens(); }, kSwarm)) << discovery_->err();
    site_->node.restart_daemon();
    EXPECT_TRUE(discovery_->says("the Docker Engine ended its stream of events", kSwarm))
        << discovery_->err();
    EXPECT_TRUE(site_->node.ready() && site_->node.leads());
    EXPECT_TRUE(eventually([] { return listens(); }, kSwarm)) << discovery_->err();
    EXPECT_TRUE(come_to("web 1")) << services() << discovery_->err();
    site_->node.docker({"service", "rm", "web"});
    EXPECT_TRUE(come_to("")) << services() << discovery_->err();
}

TEST_F(DiscoveryBesideDocker, TellsItsStateOnItsSocket) {
    ASSERT_TRUE(discovery_->says("this node is a manager", kSwarm)) << discovery_->err();
    const std::string text = metrics();
    EXPECT_NE(text.find("portcullis_discovery_stale 0\n"), std::string::npos);
    EXPECT_NE(text.find("portcullis_discovery_manager 1\n"), std::string::npos);
    EXPECT_NE(text.find("failures_total{kind=\"refused\"} 0\n"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::test
