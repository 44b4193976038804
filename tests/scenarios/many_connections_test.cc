// Thousands of connections at once, and what one client may have of them.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <vector>

namespace portcullis::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

TEST(ManyConnections, AreAllServedAgainAndAgain) {
    const Nginx origin{7001, "location / { return 200 ok; }"};
    ProxyUnderTest proxy{shop_at({origin.port()}, {"circuit: { client_share: 100 }"}) +
                         "limits: { connections_per_client: 5000, connections_per_worker: 5000, "
                         "requests_per_client: 5000, connections_per_second: \"off\" }\n"};
    std::vector<RawClient> clients;
    for (int i = 0; i < 2000; ++i) {
        clients.push_back(proxy.connect());
        ASSERT_TRUE(clients.back().connected()) << i << ": " << clients.back().error();
    }
    EXPECT_EQ(proxy.count("connections_open"), 2000);
    for (int round = 0; round < 2; ++round) {
        for (RawClient& client : clients) {
            client.send(kGet);
        }
        for (RawClient& client : clients) {
            ASSERT_TRUE(client.read_until("ok").ends_with("ok"));
        }
    }
    EXPECT_EQ(proxy.count("requests_total"), 4000);
    clients.clear();
    EXPECT_TRUE(eventually([&] { return proxy.count("connections_open") == 0; }));
}

TEST(ManyConnections, FromOneClientAreLimited) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()}) +
                         "limits: { connections_per_client: 3 }\n"};
    std::vector<RawClient> clients;
    for (int i = 0; i < 3; ++i) {
        clients.push_back(proxy.connect());
        EXPECT_TRUE(clients.back().connected());
    }
    EXPECT_FALSE(proxy.connect().connected());
    EXPECT_EQ(proxy.status().at("faults").as_object().at("client_full"), 1);
    clients.pop_back();
    EXPECT_TRUE(eventually([&] { return proxy.connect().connected(); }));
}

TEST(ManyConnections, AreClosedAfterTheirLastRequest) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()}) + "limits: { requests_per_connection: 2 }\n"};
    RawClient client = proxy.connect();
    client.send(kGet);
    EXPECT_EQ(client.read_until("ok").find("Connection: close"), std::string::npos);
    client.send(kGet);
    EXPECT_NE(client.read_until("ok").find("Connection: close"), std::string::npos);
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), End::clean);
}

}  // namespace
}  // namespace portcullis::test
