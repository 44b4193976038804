// SIGTERM: what is under way is finished, what is idle is closed, nothing new is taken, and the
// exit code is 0.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

namespace portcullis::test {
namespace {

TEST(Shutdown, FinishesWhatIsUnderWayAndThenCloses) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send_slowly(answer(std::string(2000, 'x')), 300, 100ms);
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient busy = proxy.connect();
    RawClient idle = proxy.connect();
    busy.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    busy.read_until("\r\n\r\n");
    proxy.begin_stop();
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_EQ(idle.end(), End::clean);
    EXPECT_TRUE(
        eventually([] { return !RawClient::tls(443, {.server_name = "shop.test"}).connected(); }));
    EXPECT_EQ(busy.read_to_end(), std::string(2000, 'x'));
    EXPECT_EQ(busy.end(), End::clean);
    proxy.stop();
}

TEST(Shutdown, TellsTheClientOfTheLastAnswer) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.pause(300ms);
        connection.send(answer("last"));
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return origin.connections() == 1; }));
    proxy.begin_stop();
    std::string head = client.read_until("\r\n\r\n");
    std::transform(head.begin(), head.end(), head.begin(),
                   [](unsigned char c) { return std::tolower(c); });
    EXPECT_NE(head.find("\r\nconnection: close\r\n"), std::string::npos) << head;
    EXPECT_EQ(client.read_to_end(), "last");
}

TEST(Shutdown, DoesNotWaitForEver) {
    const RawOrigin origin{[](auto& connection) { connection.hang(); }};
    ProxyUnderTest proxy{shop_at({origin.port()}) + "timeouts: { shutdown: 300ms }\n"};
    RawClient client = proxy.connect();
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return origin.connections() == 1; }));
    proxy.stop();
    client.read_to_end();
    EXPECT_NE(client.end(), End::open);
}

TEST(Shutdown, FreesThePortForTheNextProcess) {
    const RawOrigin origin{always(answer("ok"))};
    for (int i = 0; i < 3; ++i) {
        ProxyUnderTest proxy{shop_at({origin.port()})};
        EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
        proxy.stop();
    }
}

}  // namespace
}  // namespace portcullis::test
