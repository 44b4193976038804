// Clients that leave in the middle of a silent response: the origin hears of it at once, and nobody
// blames it. Every timeout is longer than the test waits.
#include "tests/support/proxy.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <signal.h>

namespace portcullis::test {
namespace {

// More than any number of faults that ejects an endpoint by default.
constexpr int kTabs = 16;

std::int64_t faults(const ProxyUnderTest& proxy, std::string_view name) {
    return proxy.status().at("faults").as_object().at(name).as_int64();
}

// No fault of the origin's was counted, and its endpoint takes requests.
void expect_origin_blameless(const ProxyUnderTest& proxy) {
    const boost::json::object counted = proxy.status().at("faults").as_object();
    for (const auto& fault : counted) {
        EXPECT_TRUE(!fault.key().starts_with("origin_") || fault.value().as_int64() == 0)
            << fault.key();
    }
    EXPECT_EQ(proxy.count("offences_total"), 0);
    EXPECT_EQ(proxy.get("https://shop.test/").status, 200);
}

class Events : public testing::Test {
  protected:
    explicit Events(const std::string& protocol)
        : origin{{.argv = {source("tests/scenarios/event_origin.js"), protocol, "7001"}}},
          ready{origin.says("ready")},
          proxy{"workers: 1\ntimeouts: { body: \"off\", tunnel: \"off\" }\n" +
                shop_at({7001}, {"protocol: " + protocol})} {}

    // A browser's tab, by curl, once it has shown the first event.
    std::unique_ptr<Process> open_tab(const std::string& version) const {
        auto tab = std::make_unique<Process>(
            Command{.argv = {"curl", "--silent", "--no-buffer", version, "--cacert", ca,
                             "--connect-to", "::127.0.0.1:443", "https://shop.test/events"}});
        EXPECT_TRUE(tab->says("data: begin")) << tab->err();
        return tab;
    }

    static int times(std::string_view text, std::string_view words) {
        int count = 0;
        for (std::size_t at = text.find(words); at != std::string_view::npos;
             at = text.find(words, at + 1)) {
            ++count;
        }
        return count;
    }

    // gone: what the origin says of a stream whose client has left.
    void expect_tabs_may_close(std::string_view gone) {
        ASSERT_TRUE(ready) << origin.err();
        int closed = 0;
        for (const char* version : {"--http1.1", "--http2"}) {
            const auto stays = open_tab(version);
            for (int tab = 0; tab < kTabs; ++tab) {
                const auto leaves = open_tab(version);
                leaves->signal(tab % 2 == 0 ? SIGKILL : SIGTERM);
                ++closed;
                EXPECT_TRUE(eventually([&] { return times(origin.out(), gone) == closed; }))
                    << origin.out();
            }
            // Another stream, perhaps of the same connection, is there as before.
            EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
            EXPECT_TRUE(stays->says("data: tick"));
            stays->signal(SIGKILL);
            ++closed;
            EXPECT_TRUE(eventually([&] { return times(origin.out(), gone) == closed; }));
        }
        EXPECT_TRUE(eventually([&] { return faults(proxy, "client_gone") == closed; }));
        expect_origin_blameless(proxy);
    }

    Process origin;
    const bool ready;
    const ProxyUnderTest proxy;
    const std::string ca = [this] {
        proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
        return (proxy.dir().path() / "ca.pem").string();
    }();
};

class EventsOfAnHttp1Origin : public Events {
  protected:
    EventsOfAnHttp1Origin() : Events{"http1"} {}
};

class EventsOfAnHttp2Origin : public Events {
  protected:
    EventsOfAnHttp2Origin() : Events{"h2c"} {}
};

TEST_F(EventsOfAnHttp1Origin, EndWithTheirTabsAndEjectNobody) {
    expect_tabs_may_close("gone");
}

TEST_F(EventsOfAnHttp2Origin, EndWithTheirTabsAndHarmNoOtherStream) {
    expect_tabs_may_close("gone 8");  // CANCEL
    EXPECT_EQ(proxy.count("origin_connects_total"), 1);
}

TEST(GrpcClient, ThatCancelsItsCallIsHeardOfByTheServer) {
    const std::string peer = source("tests/scenarios/grpc_peer.py");
    Process server{{.argv = {peer, "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    const ProxyUnderTest proxy{"workers: 1\ntimeouts: { body: \"off\", tunnel: \"off\" }\n" +
                               shop_at({7001}, {"protocol: h2c"})};
    proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
    const Ended client = run({.argv = {peer, "call-and-cancel", proxy.dir().path() / "ca.pem"}});
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "CANCELLED CANCELLED\n");
    EXPECT_TRUE(eventually([&] { return server.says("the client has left: 2"); })) << server.out();
    EXPECT_TRUE(eventually([&] { return faults(proxy, "client_gone") == 2; }));
    const boost::json::object counted = proxy.status().at("faults").as_object();
    for (const auto& fault : counted) {
        EXPECT_TRUE(!fault.key().starts_with("origin_") || fault.value().as_int64() == 0)
            << fault.key();
    }
    EXPECT_EQ(proxy.count("origin_connects_total"), 1);
}

}  // namespace
}  // namespace portcullis::test
