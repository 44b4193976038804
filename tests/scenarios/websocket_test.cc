// A real WebSocket library on both sides of the proxy.
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(WebSocket, EchoesMessagesOfAnySize) {
    Process server{{.argv = {source("tests/scenarios/websocket_peer.py"), "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    const ProxyUnderTest proxy{shop_at({7001})};
    proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
    const Ended client = run({.argv = {source("tests/scenarios/websocket_peer.py"), "talk",
                                       proxy.dir().path() / "ca.pem"}},
                             std::chrono::seconds{30});
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "echoed\n");
    EXPECT_EQ(proxy.count("tunnels_total"), 1);
}

}  // namespace
}  // namespace portcullis::test
