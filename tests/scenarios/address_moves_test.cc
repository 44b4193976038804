// The address of a task is given to another service's container, at each moment at which that
// hurts: no byte of a request for the former reaches the latter.
#include "tests/scenarios/swarm_fixture.h"
#include "tests/support/nghttpd.h"

#include <future>

namespace portcullis::test {
namespace {

constexpr std::uint16_t kElsewhere = 7070;
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";
constexpr std::string_view kUpgrade =
    "GET /terminal HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
constexpr std::string_view kSwitched =
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

class AddressMoves : public FollowsSnapshots {
  protected:
    AddressMoves() { proxy.reload(yaml()); }
};

// The till's container listens where the shop's has, on the very socket: nothing is closed.
TEST_F(AddressMoves, IdleConnectionsOfTheTaskBeforeAreNotUsed) {
    const RawOrigin here{always(answer("here"))};
    const RawOrigin there{always(answer("there")), 0, RawOrigin::Reach::everywhere};
    put({{"shop", "shop.test", here.port(), {"shop-1"}}});
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(here.connections(), 1) << "kept between requests";
    put({{"shop", "shop.test", there.port(), {"shop-2"}, {}, 2},
         {"till", "api.test", here.port(), {"till-1"}}});
    serves("till-1");
    EXPECT_EQ(get().body, "there");
    EXPECT_EQ(get("api.test").body, "here");
    EXPECT_EQ(here.connections(), 2) << "its own";
    const auto received = here.received();
    EXPECT_EQ(received.at(0).find("api.test"), std::string::npos);
    EXPECT_EQ(received.at(1).find("shop.test"), std::string::npos);
}

TEST_F(AddressMoves, ANewTaskOfTheSameServiceInheritsNoConnectionEither) {
    const RawOrigin here{always(answer("here"))};
    put({{"shop", "shop.test", here.port(), {"shop-1"}}});
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    put({{"shop", "shop.test", here.port(), {"shop-2"}}});
    serves("shop-2");
    EXPECT_EQ(get().body, "here");
    EXPECT_EQ(here.connections(), 2);
}

TEST_F(AddressMoves, AStickyClientIsGivenAnotherCookieByTheNextTask) {
    const RawOrigin here{always(answer("here"))};
    const SwarmService shop{
        "shop", "shop.test", here.port(), {"shop-1"}, {{"sticky.cookie", "auto"}}};
    put({shop});
    serves("shop-1");
    const auto cookie_of = [](const Fetched& fetched) {
        const std::string_view set = fetched.header("set-cookie");
        return std::string{set.substr(0, set.find(';'))};
    };
    const std::string cookie = cookie_of(get());
    ASSERT_NE(cookie, "");
    EXPECT_EQ(cookie_of(get("shop.test", {"--cookie", cookie})), "") << "the same endpoint";
    SwarmService next = shop;
    next.tasks = {"shop-2"};
    put({next});
    serves("shop-2");
    const std::string renewed = cookie_of(get("shop.test", {"--cookie", cookie}));
    EXPECT_NE(renewed, "");
    EXPECT_NE(renewed, cookie);
}

// A SYN is lost. Before the kernel repeats it, the address is another service's: the repeated one
// would reach that.
class ConnectUnderWay : public AddressMoves {
  protected:
    // What the client reads, while the address moves from the shop's only task to the till's.
    std::string asked(std::string_view request, const SwarmService& shop, std::uint16_t next_port,
                      const RawOrigin::Script& till) {
        auto silent = std::make_unique<SilentPort>();
        const std::uint16_t port = silent->port();
        SwarmService before = shop;
        before.port = port;
        before.tasks = {"shop-1"};
        put({before});
        serves("shop-1");
        RawClient client = proxy.connect();
        client.send(request);
        EXPECT_TRUE(eventually([&] { return events("shop", "connects_repeated") >= 1; }));
        SwarmService after = shop;
        after.port = next_port;
        after.tasks = {"shop-2"};
        after.at = 2;
        put({after, {"till", "api.test", port, {"till-1"}}});
        serves("till-1");
        silent.reset();
        const RawOrigin other{till, port};
        const std::string response = client.read_until("shop");
        EXPECT_EQ(get("api.test").body, "till") << "it listens there";
        expect_only(other, "api.test");
        EXPECT_GE(events("shop", "connects_retired"), 1);
        return response;
    }
};

TEST_F(ConnectUnderWay, ARequestGoesToTheNextTask) {
    const RawOrigin next{always(answer("shop")), 0, RawOrigin::Reach::everywhere};
    const std::string response =
        asked(kGet, {"shop", "shop.test"}, next.port(), always(answer("till")));
    EXPECT_TRUE(response.ends_with("shop")) << response;
}

TEST_F(ConnectUnderWay, ARequestToAnHttp2ServiceToo) {
    const Nghttpd next{kElsewhere};
    next.dir().write("index.html", "shop");
    const std::string response = asked(kGet, {"shop", "shop.test", 0, {}, {{"protocol", "h2c"}}},
                                       kElsewhere, always(answer("till")));
    EXPECT_TRUE(response.ends_with("shop")) << response;
}

TEST_F(ConnectUnderWay, AWebSocketToo) {
    const RawOrigin next{[](RawOrigin::Connection& connection) {
                             connection.read_head();
                             connection.send(std::string{kSwitched} + "shop");
                             connection.hang();
                         },
                         0, RawOrigin::Reach::everywhere};
    const std::string response =
        asked(kUpgrade, {"shop", "shop.test"}, next.port(), always(answer("till")));
    EXPECT_TRUE(response.starts_with("HTTP/1.1 101 ")) << response;
}

TEST_F(AddressMoves, AWebSocketThatIsOpenGoesOn) {
    const RawOrigin here{[](RawOrigin::Connection& connection) {
        connection.read_head();
        connection.send(kSwitched);
        connection.send(connection.read(4));
        connection.hang();
    }};
    put({{"shop", "shop.test", here.port(), {"shop-1"}}});
    serves("shop-1");
    RawClient client = proxy.connect();
    client.send(kUpgrade);
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    put({{"till", "api.test", kElsewhere, {"till-1"}}});
    serves("till-1");
    client.send("echo");
    EXPECT_EQ(client.read_until("echo"), "echo");
}

// The process that takes over knows no connection, and no address that was given away.
TEST_F(AddressMoves, AnUpgradeAndAReloadKeepTaskAndAddressTogether) {
    const RawOrigin here{always(answer("here"))};
    const RawOrigin there{always(answer("there")), 0, RawOrigin::Reach::everywhere};
    put({{"shop", "shop.test", here.port(), {"shop-1"}}});
    serves("shop-1");
    EXPECT_EQ(get().body, "here");
    put({{"shop", "shop.test", there.port(), {"shop-2"}, {}, 2},
         {"till", "api.test", here.port(), {"till-1"}}});
    proxy.upgrade();
    serves("till-1");
    EXPECT_EQ(get().body, "there");
    EXPECT_EQ(get("api.test").body, "here");
    proxy.reload(yaml());
    EXPECT_EQ(get().body, "there");
    EXPECT_EQ(get("api.test").body, "here");
    for (const std::string& received : there.received()) {
        EXPECT_EQ(received.find("api.test"), std::string::npos);
    }
}

// What speaks another protocol from now on is met by new connections, and nothing fails meanwhile.
TEST_F(AddressMoves, ATaskThatIsMetInAnotherMannerKeepsServingWhatWaits) {
    auto silent = std::make_unique<SilentPort>();
    const std::uint16_t port = silent->port();
    SwarmService shop{"shop", "shop.test", port, {"shop-1"}};
    put({shop});
    serves("shop-1");
    RawClient client = proxy.connect();
    client.send(kGet);
    EXPECT_TRUE(eventually([&] { return events("shop", "connects_repeated") >= 1; }));
    shop.more = {{"protocol", "h2c"}};
    put({shop, {"till", "api.test", kElsewhere, {"till-1"}, {}, 2}});
    serves("till-1");
    silent.reset();
    const RawOrigin here{always(answer("shop")), port};
    EXPECT_TRUE(client.read_until("shop").ends_with("shop")) << "the connection it waited for";
}

}  // namespace
}  // namespace portcullis::test
