// A real gRPC library on both sides of the proxy.
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

std::string peer() {
    return source("tests/scenarios/grpc_peer.py");
}

Ended call(const ProxyUnderTest& proxy, const std::string& what) {
    proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
    return run({.argv = {peer(), what, proxy.dir().path() / "ca.pem"}}, std::chrono::seconds{60});
}

TEST(Grpc, CallsOfEveryKindGoThrough) {
    Process server{{.argv = {peer(), "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    const ProxyUnderTest proxy{"workers: 1\n" + shop_at({7001}, {"protocol: h2c"})};
    const Ended client = call(proxy, "call");
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "called\n");
    EXPECT_EQ(proxy.count("origin_connects_total"), 1) << "one connection carried them all";
}

TEST(Grpc, WithoutAServerIsUnavailable) {
    const ProxyUnderTest proxy{shop_at({7001}, {"protocol: h2c"})};
    const Ended client = call(proxy, "call-nobody");
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "UNAVAILABLE\n");
}

}  // namespace
}  // namespace portcullis::test
