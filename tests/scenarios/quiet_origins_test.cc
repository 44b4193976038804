// Origins that speak HTTP/2 and are asked nothing for longer than idle_timeout, by libraries that
// real services use. Neither of them closes a connection of its own accord.
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace portcullis::test {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kRounds = 3;
constexpr int kRequests = 8;  // on a connection each, so that both workers get some

// Connections of this network to the origin that are established, as proc(5) lists them: the remote
// address is the third field, the state the fourth.
int connections_to_origin() {
    std::ifstream table{"/proc/self/net/tcp"};
    int count = 0;
    for (std::string line; std::getline(table, line);) {
        std::istringstream fields{line};
        std::string number;
        std::string local;
        std::string remote;
        std::string state;
        fields >> number >> local >> remote >> state;
        count += remote.ends_with(":1B59") && state == "01" ? 1 : 0;  // 7001
    }
    return count;
}

void expect_idle_connections_end(ProxyUnderTest& proxy) {
    std::int64_t connects = 0;
    for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < kRequests; ++i) {
            const Fetched fetched = proxy.get(
                "https://shop.test/test.Echo/Nothing",
                {"--http2", "--header", "content-type: application/grpc", "--data-binary", ""});
            EXPECT_EQ(fetched.status, 200) << "round " << round;
        }
        const std::int64_t before = connects;
        connects = proxy.count("origin_connects_total");
        EXPECT_GT(connects, before) << "round " << round << ": it is met anew";
        EXPECT_TRUE(eventually([] { return connections_to_origin() == 0; }))
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
