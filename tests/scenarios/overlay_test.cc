// The proxy in one network, its endpoints in another: as on the host of a swarm, where addresses of
// an overlay are met only from within a container's network.
#include "base/file.h"
#include "tests/support/eventually.h"
#include "tests/support/net_namespace.h"
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <optional>
#include <signal.h>

namespace portcullis::test {
namespace {

constexpr std::uint16_t kPort = 8080;

// A container's network with somebody who answers at 127.0.0.1:8080.
struct Container {
    explicit Container(const std::string& text) {
        ::fcntl(network.fd(), F_SETFD, 0);  // inherited by the keeper, see point_at()
        const Inside inside{network};
        origin.emplace(always(answer(text)), kPort);
    }

    NetNamespace network;
    std::optional<RawOrigin> origin;
};

class OverlayTest : public testing::Test {
  protected:
    OverlayTest() { point_at(one); }

    // In one step, as a tool that keeps the file would. The keeper may not look into the test's
    // process, so that the file leads to a descriptor that the keeper has itself.
    void point_at(const Container& container) const {
        const auto next = dir.path() / "next";
        std::filesystem::create_symlink("/proc/self/fd/" + std::to_string(container.network.fd()),
                                        next);
        std::filesystem::rename(next, dir.path() / "overlay");
    }

    [[nodiscard]] std::string yaml() const {
        return shop_at({kPort}) + "overlay: { netns: " + (dir.path() / "overlay").string() + " }\n";
    }

    [[nodiscard]] std::string body(const ProxyUnderTest& proxy) const {
        return proxy.get("https://shop.test/").body;
    }

    TempDir dir;
    Container one{"one"};
    Container two{"two"};
};

TEST_F(OverlayTest, MeetsEndpointsInTheOtherNetworkAndClientsInItsOwn) {
    const ProxyUnderTest proxy{yaml()};
    EXPECT_EQ(body(proxy), "one");
    EXPECT_EQ(RawOrigin(always(answer("here")), kPort).connections(), 0);
    EXPECT_EQ(body(proxy), "one") << "not the one of this address in its own network";
}

// What it needed to enter is with its keeper, which listens to nobody.
TEST_F(OverlayTest, HoldsNoCapability) {
    ProxyUnderTest proxy{yaml()};
    const auto kept = children(proxy.process().pid());
    ASSERT_EQ(kept.size(), 1U);
    for (const auto& thread :
         std::filesystem::directory_iterator("/proc/" + std::to_string(kept.front()) + "/task")) {
        const std::string facts = read_file(thread.path() / "status").value();
        EXPECT_NE(facts.find("\nCapEff:\t0000000000000000\n"), std::string::npos) << facts;
        EXPECT_NE(facts.find("\nCapPrm:\t0000000000000000\n"), std::string::npos) << facts;
    }
}

TEST_F(OverlayTest, FollowsWhenTheContainerIsReplacedAndLosesNoRequest) {
    ProxyUnderTest proxy{yaml()};
    EXPECT_EQ(body(proxy), "one");
    point_at(two);
    EXPECT_TRUE(eventually([&] {
        const std::string said = body(proxy);
        EXPECT_TRUE(said == "one" || said == "two") << said;
        return said == "two";
    }));
    // The one before drains until it has nothing left to do.
    EXPECT_TRUE(eventually([&] { return children(proxy.process().pid()).size() == 1; }));
    EXPECT_EQ(body(proxy), "two");
}

TEST_F(OverlayTest, StaysWhereItIsWhileThereIsNoOther) {
    ProxyUnderTest proxy{yaml()};
    std::filesystem::remove(dir.path() / "overlay");
    EXPECT_TRUE(proxy.process().says("the proxy stays in the one before"));
    EXPECT_EQ(body(proxy), "one");
    proxy.process().signal(SIGUSR2);
    EXPECT_TRUE(proxy.process().says("the program was not replaced: overlay: "));
    EXPECT_EQ(body(proxy), "one");
    point_at(two);
    EXPECT_TRUE(eventually([&] { return body(proxy) == "two"; }));
}

// As a terminal does, which tells both; and the keeper tells the proxy once more.
TEST_F(OverlayTest, EndsAsOneProgramWhenBothAreToldTo) {
    ProxyUnderTest proxy{yaml()};
    const auto kept = children(proxy.process().pid());
    ASSERT_EQ(kept.size(), 1U);
    proxy.begin_stop();
    ::kill(kept.front(), SIGTERM);
    const std::string said = proxy.stop();
    EXPECT_EQ(said.find("ending at once"), std::string::npos) << said;
    EXPECT_NE(said.find("server: stopped"), std::string::npos) << said;
}

TEST(Overlay, IsWaitedForAtTheStart) {
    const TempDir dir;
    const auto file =
        dir.write("portcullis.yaml", "overlay: { netns: none }\nservices: {}\nroutes: []\n");
    Process proxy{Command{{program("portcullis-proxy"), "--config", file.string()}}};
    EXPECT_TRUE(proxy.says("keeper: overlay: cannot open " + (dir.path() / "none").string() +
                           ": No such file or directory; nothing is served until it is there"));
    proxy.signal(SIGTERM);
    EXPECT_EQ(proxy.wait(), 0) << proxy.err();
}

}  // namespace
}  // namespace portcullis::test
