#include "proxy/relay/exchange.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

namespace portcullis::relay {
namespace {

using observe::Count;
using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

boost::json::object logged(Relay& relay) {
    const std::string log = relay.stop_and_read_log();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
    return boost::json::parse(log).as_object();
}

TEST(Exchange, IsServedHoweverItsHeadIsCut) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    for (const char byte : test::get("/x?y=1")) {
        client.send({&byte, 1});
    }
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(origin.received().at(0).starts_with("GET /x?y=1 HTTP/1.1\r\n"));
    EXPECT_EQ(relay.count(Count::requests), 1U);
}

TEST(Exchange, ThatIsMalformedIsRefusedAndEndsTheConnection) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send("GET / HTTP/1.1\r\nHost : shop.test\r\n\r\n" + test::get("/smuggled"));
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << all;
    EXPECT_EQ(all.find("HTTP/1.1", 1), std::string::npos) << "one answer";
    EXPECT_EQ(client.end(), test::End::clean);
    EXPECT_EQ(origin.connections(), 0);
    EXPECT_TRUE(relay.counts(Fault::bad_request, 1));
    EXPECT_EQ(relay.count(http::Refusal::space_before_colon), 1U);
}

TEST(Exchange, BeyondALimitIsRefusedAndCountedUnderTheLimitsName) {
    struct Case {
        std::string head;
        std::string status;
        http::Refusal counted;
    };

    const std::string line = "GET /" + std::string(200, 'x') + " HTTP/1.1\r\n";
    const std::string host = "Host: shop.test\r\n";
    for (const Case& beyond :
         {Case{line + host, "414", http::Refusal::request_line_too_long},
          Case{"GET / HTTP/1.1\r\n" + host + "X: " + std::string(300, 'x') + "\r\n", "431",
               http::Refusal::header_too_long},
          Case{"GET / HTTP/1.1\r\n" + host + "A: 1\r\nB: 2\r\n", "431",
               http::Refusal::too_many_fields}}) {
        const RawOrigin origin{test::always(answer("ok"))};
        const Relay relay{origin.port(), [](Config& config) {
                              config.limits.request_line = ByteSize{100};
                              config.limits.header_bytes = ByteSize{200};
                              config.limits.headers = 2;
                          }};
        RawClient client = relay.connect();
        client.send(beyond.head + "\r\n");
        EXPECT_TRUE(client.read_to_end().starts_with("HTTP/1.1 " + beyond.status));
        EXPECT_TRUE(relay.counts(beyond.counted, 1)) << http::name(beyond.counted);
    }
}

TEST(Exchange, ForAHostOrPathThatIsNotServedIsToldApart) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(), [](Config& config) { config.routes[1].path = "/v1"; }};
    RawClient client = relay.connect();
    const auto status_of = [&](std::string_view host) {
        client.send("GET /other HTTP/1.1\r\nHost: " + std::string{host} + "\r\n\r\n");
        return client.read_until("</html>\n").substr(0, 13);
    };
    EXPECT_EQ(status_of("elsewhere.test"), "HTTP/1.1 421 ");
    EXPECT_EQ(status_of("api.test"), "HTTP/1.1 404 ");
    client.send(test::get("/"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 ")) << "the connection goes on";
    EXPECT_TRUE(relay.counts(Fault::no_route, 1));
    EXPECT_TRUE(relay.counts(Fault::no_path, 1));
}

// Each of these reached the route of "/", and an origin behind it that reads the path of the
// guarded one.
TEST(Exchange, WhosePathMayBeReadAsAGuardedOneIsRefused) {
    const RawOrigin origin{test::always(answer("ok"))};
    Relay relay{origin.port(), [](Config& config) {
                    RouteConfig guarded = config.routes[0];
                    guarded.path = "/admin";
                    guarded.allow.clear();
                    config.routes.push_back(guarded);
                }};
    std::uint64_t refused = 0;
    for (const char* path : {"/x/..%2fadmin", "/%2fadmin", "/admin%2Fx", "/a/..;x/admin", "//admin",
                             "/ADMIN", "/%2561dmin", "/x/%5c../%61dmin"}) {
        for (const char* method : {"GET", "HEAD", "POST", "DELETE"}) {
            RawClient client = relay.connect();
            client.send(std::string{method} + " " + path +
                        " HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 0\r\n\r\n");
            EXPECT_TRUE(test::head_of(client).starts_with("HTTP/1.1 400 ")) << method << path;
            ++refused;
        }
    }
    EXPECT_EQ(origin.connections(), 0);
    RawClient client = relay.connect();
    client.send(test::get("/x%2Fy"));
    EXPECT_TRUE(client.read_until("ok").starts_with("HTTP/1.1 200 "));
    EXPECT_TRUE(relay.counts(http::Refusal::ambiguous_path, refused));
    EXPECT_NE(relay.stop_and_read_log().find("\"ambiguous_path\""), std::string::npos);
}

TEST(Exchange, IsItsConnectionsLastAtTheLimit) {
    const RawOrigin origin{test::always(answer("ok"))};
    const Relay relay{origin.port(),
                      [](Config& config) { config.limits.requests_per_connection = 2; }};
    RawClient client = relay.connect();
    client.send(test::get("/1"));
    EXPECT_EQ(client.read_until("ok").find("Connection: close"), std::string::npos);
    client.send(test::get("/2") + test::get("/3"));
    EXPECT_NE(client.read_to_end().find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(client.end(), test::End::clean);
    EXPECT_EQ(relay.count(Count::requests), 2U);
    EXPECT_EQ(relay.count(Count::connections_exhausted), 1U);
}

TEST(Exchange, IsLoggedWithoutItsQueryAndItsSecrets) {
    const RawOrigin origin{test::always(answer("ok", "201 Created"))};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(
        "POST /a/./b%20c?patient=zq11 HTTP/1.1\r\nHost: Shop.Test:443\r\nCookie: id=zq12\r\n"
        "Authorization: Bearer zq13\r\nContent-Length: 4\r\n\r\nzq14");
    client.read_until("ok");
    const boost::json::object line = logged(relay);
    EXPECT_EQ(line.at("method"), "POST");
    EXPECT_EQ(line.at("host"), "shop.test");
    EXPECT_EQ(line.at("path"), "/a/./b%20c");
    EXPECT_EQ(line.at("service"), "shop");
    EXPECT_EQ(line.at("endpoint").as_string(), origin.address());
    EXPECT_EQ(line.at("client"), "203.0.113.0");
    EXPECT_EQ(line.at("status"), 201);
    EXPECT_EQ(line.at("request_bytes"), 4);
    EXPECT_EQ(line.at("answer_bytes"), 2);
    EXPECT_EQ(line.at("tls_version"), "TLSv1.3");
    EXPECT_TRUE(line.at("fault").is_null());
    // Letters that no number, time or request id has in it.
    EXPECT_EQ(boost::json::serialize(line).find("zq"), std::string::npos);
}

TEST(Exchange, ThatFailsIsLoggedWithItsFault) {
    const RawOrigin origin{[](auto& connection) { connection.read_head(); }};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    const std::string page = client.read_until("</html>\n");
    const boost::json::object line = logged(relay);
    EXPECT_EQ(line.at("fault"), "origin_reset");
    EXPECT_EQ(line.at("status"), 502);
    EXPECT_NE(page.find(line.at("request_id").as_string().c_str()), std::string::npos)
        << "what the client sees is found in the log";
}

TEST(Exchange, GivesTheOriginTheRequestIdThatItLogs) {
    const RawOrigin origin{test::always(answer("ok"))};
    Relay relay{origin.port()};
    RawClient client = relay.connect();
    client.send(test::get("/", "X-Request-ID: chosen-by-the-client\r\n"));
    client.read_until("ok");
    const std::string id{logged(relay).at("request_id").as_string().c_str()};
    EXPECT_NE(id, "chosen-by-the-client");
    EXPECT_NE(origin.received().at(0).find(id), std::string::npos);
    EXPECT_EQ(origin.received().at(0).find("chosen-by-the-client"), std::string::npos);
}

TEST(Exchange, OneClientHasSoManyUnderWayAndNoMore) {
    const RawOrigin silent{[](auto& connection) {
        connection.read_head();
        connection.hang();
    }};
    const Relay relay{silent.port(), [](Config& config) { config.limits.requests_per_client = 1; }};
    RawClient first = relay.connect();
    first.send(test::get("/"));
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == 1; }));
    RawClient second = relay.connect();
    second.send(test::get("/"));
    EXPECT_TRUE(second.read_until("\r\n\r\n").starts_with("HTTP/1.1 429 "));
    EXPECT_TRUE(relay.counts(Fault::client_busy, 1));
    first.reset();
    EXPECT_TRUE(relay.counts(Fault::client_gone, 1));
    RawClient third = relay.connect();
    third.send(test::get("/"));
    EXPECT_TRUE(test::eventually([&] { return silent.connections() == 2; }));
}

// Ten seconds' worth may come at once.
TEST(Exchange, ThatIsMalformedIsChargedLikeAnyOther) {
    const Relay relay{1, [](Config& config) { config.limits.requests_per_second = 1; }};
    for (int i = 0; i < 12; ++i) {
        RawClient client = relay.connect();
        client.send("GET / HTTP/1.1\r\nHost: shop.test\r\nHost: shop.test\r\n\r\n");
        const std::string status = i < 10 ? "HTTP/1.1 400 " : "HTTP/1.1 429 ";
        EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with(status)) << i;
    }
    EXPECT_TRUE(relay.counts(Fault::too_many_requests, 2));
}

// What a client does not read is held for it, and counted as long as it waits.
TEST(Exchange, ResponsesThatAreNotReadAreCountedAndCutOffBeyondTheLimit) {
    std::atomic<int> over = 0;
    const RawOrigin origin{[&](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
        const std::string block(65536, 'x');
        while (connection.send(block)) {
        }
        ++over;
    }};
    Relay relay{origin.port(), [](Config& config) {
                    config.limits.connection_memory = {1};
                    config.timeouts.body = std::chrono::minutes{1};
                }};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    EXPECT_TRUE(relay.counts(Fault::client_memory, 1));
    EXPECT_TRUE(test::eventually([&] { return over == 1; }));
}

}  // namespace
}  // namespace portcullis::relay
