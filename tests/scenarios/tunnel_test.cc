// A WebSocket upgrade becomes a tunnel: bytes both ways, until one side ends it, whatever is
// reloaded meanwhile.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <cctype>

namespace portcullis::test {
namespace {

constexpr std::string_view kUpgrade =
    "GET /terminal HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
constexpr std::string_view kSwitching =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

// Switches, then sends back every byte in capital.
void echoes(RawOrigin::Connection& connection) {
    connection.read_head();
    connection.send(kSwitching);
    for (std::string byte; !(byte = connection.read(1)).empty();) {
        byte[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(byte[0])));
        connection.send(byte);
    }
    connection.send("bye");
}

TEST(Tunnel, CarriesBytesBothWaysAndOutlivesAReload) {
    const RawOrigin origin{echoes};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient client = proxy.connect();
    client.send(kUpgrade);
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    client.send("hello");
    EXPECT_EQ(client.read(5), "HELLO");
    proxy.reload("services: {}\nroutes: []\n");
    client.send("again");
    EXPECT_EQ(client.read(5), "AGAIN");
    client.close_notify();
    EXPECT_EQ(client.read_to_end(), "bye");
    EXPECT_EQ(client.end(), End::clean);
    EXPECT_EQ(proxy.count("tunnels_total"), 1);
}

TEST(Tunnel, IsNotOpenedWhenTheOriginDeclines) {
    const RawOrigin origin{always(answer("no"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient client = proxy.connect();
    client.send(kUpgrade);
    EXPECT_TRUE(client.read_until("no").starts_with("HTTP/1.1 200 "));
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    EXPECT_TRUE(client.read_until("no").starts_with("HTTP/1.1 200 "));
}

TEST(Tunnel, IsNotOpenedByAnOriginThatWasNotAsked) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(kSwitching);
        connection.hang();
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    EXPECT_EQ(proxy.get("https://shop.test/").status, 502);
}

}  // namespace
}  // namespace portcullis::test
