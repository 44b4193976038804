// An origin closes a pooled connection just when it is used again. The client must not notice (RFC
// 9110, 9.2.2: only what is idempotent may be sent again).
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

// Answers one request on each connection, says nothing of closing, and closes when the next request
// arrives.
void answers_once(RawOrigin::Connection& connection) {
    connection.read_head();
    connection.send(answer("ok"));
    connection.read(1);
    connection.reset();
}

TEST(OriginClosesIdleConnection, AGetIsSentAgainOnAFreshOne) {
    const RawOrigin origin{answers_once};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()})};
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/").body, "ok") << i;
    }
    EXPECT_EQ(proxy.count("retries_total"), 4);
}

TEST(OriginClosesIdleConnection, APostThatMayHaveBeenReadIsNotSentTwice) {
    const RawOrigin origin{answers_once};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()})};
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    EXPECT_EQ(proxy.get("https://shop.test/", {"--data", "once"}).status, 502);
    EXPECT_EQ(origin.connections(), 1);
}

TEST(OriginClosesIdleConnection, AnAnnouncedCloseIsHeeded) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(answer("ok", "200 OK", "Connection: close\r\n"));
        connection.hang();
    }};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()})};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/", {"--data", "x"}).body, "ok") << i;
    }
    EXPECT_EQ(origin.connections(), 3);
}

}  // namespace
}  // namespace portcullis::test
