// Origins that speak HTTP/2 and are asked nothing for longer than idle_timeout, by libraries that
// real services use. Neither of them closes a connection of its own accord.
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <thread>

namespace portcullis::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;
constexpr int kRequests = 8;  // on a connection each, so that both workers get some

// The connections to it are gone once the proxy holds no more descriptors than before.
void expect_idle_connections_end(ProxyUnderTest& proxy) {
    const pid_t pid = proxy.process().pid();
    const std::size_t before = open_descriptors(pid);
    for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < kRequests; ++i) {
            const Fetched fetched = proxy.get(
                "https://shop.test/test.Echo/Nothing",
                {"--http2", "--header", "content-type: application/grpc", "--data-binary", ""});
            EXPECT_EQ(fetched.status, 200) << "round " << round;
        }
        EXPECT_GT(proxy.count("origin_connects_total"), round);
        EXPECT_TRUE(eventually([&] { return open_descriptors(pid) <= before; }))
            << "round " << round << ": they stay open";
    }
    EXPECT_EQ(proxy.count("worker_stalls_total"), 0);
}

// What a worker that never rests uses is as much as there is: half of that is far too much for one
// that has nothing to do, and no machine is so slow that an idle proxy needs it.
void expect_it_rests(const ProxyUnderTest& proxy, pid_t pid) {
    const auto begun = Clock::now();
    const auto before = cpu_time(pid);
    std::this_thread::sleep_for(1s);
    const auto used = cpu_time(pid) - before;
    EXPECT_LT(used, (Clock::now() - begun) / 2);
    EXPECT_EQ(proxy.count("worker_stalls_total"), 0);
}

std::string configuration() {
    return "workers: 2\n" + shop_at({7001}, {"protocol: h2c", "idle_timeout: 1s"});
}

TEST(QuietOrigins, OfGrpcioAreLeftAndMetAgain) {
    Process server{{.argv = {source("tests/scenarios/grpc_peer.py"), "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    ProxyUnderTest proxy{configuration()};
    expect_idle_connections_end(proxy);
    expect_it_rests(proxy, proxy.process().pid());
}

TEST(QuietOrigins, OfNodeAreLeftAndMetAgain) {
    Process server{{.argv = {"node", source("tests/scenarios/http2_peer.js"), "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    ProxyUnderTest proxy{configuration()};
    expect_idle_connections_end(proxy);
    expect_it_rests(proxy, proxy.process().pid());
}

}  // namespace
}  // namespace portcullis::test
