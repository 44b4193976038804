// What cost a client nothing and us something: it is charged or counted now, in both versions of
// HTTP.
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

RawOrigin::Script silent() {
    return [](auto& connection) {
        connection.read_head();
        connection.hang();
    };
}

// Ten seconds' worth may come at once, of whatever kind.
TEST(Accounting, MalformedHttp2RequestsCountAsRequests) {
    const Relay relay{1, [](Config& config) { config.limits.requests_per_second = 1; }};
    Http2Peer peer{relay};
    const std::vector<http::Field> twice{{"host", "other.test"}};
    std::string last;
    for (int i = 0; i < 11; ++i) {
        Http2Peer::Told& told = peer.open(kGet, true, twice);
        EXPECT_TRUE(peer.told_of(told, "answer ")) << i;
        last = told.log;
    }
    EXPECT_TRUE(last.starts_with("answer 429")) << last;
    EXPECT_TRUE(relay.counts(Fault::too_many_requests, 1));
    EXPECT_TRUE(relay.counts(Fault::bad_request, 10));
}

TEST(Accounting, Http2StreamsCountAsRequestsUnderWayOfOneClient) {
    const RawOrigin origin{silent()};
    const Relay relay{origin.port(), [](Config& config) { config.limits.requests_per_client = 5; }};
    Http2Peer peer{relay};
    for (int i = 0; i < 5; ++i) {
        peer.open(kGet);
    }
    EXPECT_TRUE(eventually([&] { return origin.connections() == 5; }));
    EXPECT_TRUE(peer.told_of(peer.open(kGet), "answer 429"));
    EXPECT_TRUE(relay.counts(Fault::client_busy, 1));
}

// A window that stays closed.
TEST(Accounting, Http2ResponsesThatAreNotReadCountAsHeld) {
    const RawOrigin origin{always(answer(std::string(1U << 20U, 'x')))};
    const Relay relay{origin.port(), [](Config& config) {
                          config.limits.connection_memory = {20U << 10U};
                          config.timeouts.body = std::chrono::minutes{1};
                      }};
    Http2Peer peer{relay};
    Http2Peer::Told& told = peer.open(kGet);
    told.consumes = false;
    EXPECT_TRUE(peer.finish(told).ends_with("closed 8 ")) << told.log;
    EXPECT_TRUE(relay.counts(Fault::client_memory, 1));
}

}  // namespace
}  // namespace portcullis::test
