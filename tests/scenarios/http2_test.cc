// HTTP/2 towards clients, by the clients that there are: curl, nghttp, h2load, and a library that
// says what the story needs.
#include "base/file.h"
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// An origin whose answer depends on the path.
void serve_paths(RawOrigin::Connection& connection) {
    for (;;) {
        const std::string head = connection.read_head();
        const std::string path = head.substr(0, head.find(" HTTP/"));
        if (head.empty()) {
            return;
        }
        if (path.ends_with("/large")) {
            connection.send(answer(std::string(2'000'000, 'x')));
        } else if (path.ends_with("/trailers")) {
            connection.send(std::string{kChunked} + "4\r\nbody\r\n0\r\nX-Checksum: 1\r\n\r\n");
        } else if (path.ends_with("/hints")) {
            connection.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
            connection.read(14);  // 4\r\nbody\r\n0\r\n\r\n
            connection.send(answer("done"));
        } else if (path.ends_with("/early")) {
            connection.read(10);
            connection.send(answer("enough", "413 Content Too Large"));
            connection.hang();
        } else if (path.ends_with("/cut")) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
            return;
        } else if (path.ends_with("/slow")) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
            connection.send_slowly("slow", 1, 200ms);
        } else if (path.ends_with("/hang")) {
            connection.hang();
        } else {
            connection.send(answer("ok"));
        }
    }
}

class Http2 : public testing::Test {
  protected:
    explicit Http2(const std::string& more = "")
        : proxy_{"workers: 1\nlog: { access: access.ndjson }\n" + shop_at({origin_.port()}) +
                 more} {
        proxy_.dir().write("ca.pem", proxy_.ca().certificate_pem());
    }

    [[nodiscard]] Command story(const std::string& name) const {
        return {{source("tests/scenarios/http2_peer.py"), name, proxy_.dir().path() / "ca.pem"}};
    }

    [[nodiscard]] std::string told(const std::string& name) const {
        const Ended ended = run(story(name), 60s);
        EXPECT_EQ(ended.exit_code, 0) << ended.err;
        return ended.out;
    }

    RawOrigin origin_{serve_paths};
    ProxyUnderTest proxy_;
};

TEST_F(Http2, IsWhatCurlGetsWhenItAsks) {
    const Fetched fetched = proxy_.get("https://shop.test/", {"--http2"});
    EXPECT_EQ(fetched.body, "ok");
    EXPECT_EQ(fetched.header("via"), "1.1 portcullis");
    EXPECT_NE(fetched.header("x-request-id"), "");
    EXPECT_EQ(proxy_.count("http2_connections_total"), 1);
    EXPECT_EQ(proxy_.get("https://shop.test/", {"--http2", "--head"}).header("content-length"),
              "2");
    EXPECT_EQ(proxy_.get("https://nowhere.test/", {"--http2", "--insecure"}).exit_code, 35);
    EXPECT_EQ(
        proxy_.get("https://shop.test/", {"--http2", "--header", "Host: nowhere.test"}).status,
        421);
    const std::string received = origin_.received()[0];
    EXPECT_NE(received.find("GET / HTTP/1.1\r\nHost: shop.test\r\n"), std::string::npos);
    EXPECT_NE(received.find("Via: 2 portcullis-"), std::string::npos) << received;
    proxy_.stop();
    const std::string log = read_file(proxy_.dir().path() / "access.ndjson").value();
    EXPECT_NE(log.find(R"("protocol":"HTTP/2")"), std::string::npos) << log;
}

TEST_F(Http2, JoinsTheCrumbsOfACookie) {
    (void)proxy_.get("https://shop.test/", {"--http2", "--header", "Cookie: a=1; b=2"});
    EXPECT_NE(origin_.received()[0].find("ookie: a=1; b=2\r\n"), std::string::npos)
        << origin_.received()[0];
}

TEST_F(Http2, AStreamThatIsNotReadStopsNoOther) {
    EXPECT_EQ(told("slow_stream"), "50 beside 2000000\n");
}

TEST_F(Http2, TrailersAndInterimAnswersPass) {
    EXPECT_EQ(told("trailers"), "200 body {'x-checksum': '1'}\n");
    EXPECT_EQ(told("interim"), "103 200 done\n");
}

TEST_F(Http2, AnEarlyAnswerIsFollowedByAResetWithoutError) {
    EXPECT_EQ(told("early_answer"), "413 enough 0\n");
}

TEST_F(Http2, AnAnswerThatIsCutIsResetAndNotEnded) {
    EXPECT_EQ(told("cut_answer"), "200 2\n");
}

TEST_F(Http2, RefusesWhatIsMalformedAndGoesOn) {
    EXPECT_EQ(told("malformed"), "400 400 400 400 400 400 400 400 200\n");
    EXPECT_EQ(proxy_.status().at("refusals").at("connection_field"), 3);
    EXPECT_EQ(proxy_.status().at("refusals").at("host_differs_from_target"), 1);
}

TEST_F(Http2, DrainsInTwoPhasesAndFinishesWhatIsUnderWay) {
    Process client{{.argv = {"nghttp", "--verbose", "--no-verify-peer", "--header",
                             ":authority: shop.test", "https://127.0.0.1/slow"}}};
    ASSERT_TRUE(client.says(":status: 200")) << client.out();
    proxy_.begin_stop();
    ASSERT_EQ(client.wait(), 0) << client.err();
    const std::string out = client.out();
    EXPECT_NE(out.find("last_stream_id=2147483647, error_code=NO_ERROR(0x00)"), std::string::npos)
        << out;
    EXPECT_NE(out.find("last_stream_id=13, error_code=NO_ERROR(0x00)"), std::string::npos) << out;
    proxy_.stop();
}

TEST_F(Http2, EndsAnIdleConnectionAtOnceWhenItDrains) {
    RawClient client = RawClient::tls(443, {.server_name = "shop.test", .alpn = {"h2"}});
    proxy_.stop();
    EXPECT_NE(client.read_to_end(), "");
    EXPECT_EQ(client.end(), End::clean);
}

TEST_F(Http2, HostileFramesEndTheirConnectionAndNothingElse) {
    constexpr const char* kCalm = "goaway 11\n";  // ENHANCE_YOUR_CALM
    EXPECT_EQ(told("rapid_reset"), kCalm);
    EXPECT_EQ(told("made_you_reset"), kCalm);
    EXPECT_EQ(proxy_.count("http2_resets_exceeded_total"), 2);
    EXPECT_EQ(told("ping_flood"), kCalm);
    EXPECT_EQ(told("settings_flood"), kCalm);
    EXPECT_EQ(told("empty_frames"), kCalm);
    EXPECT_EQ(proxy_.count("http2_control_frames_exceeded_total"), 3);
    EXPECT_EQ(told("continuation"), kCalm);
    EXPECT_EQ(proxy_.count("http2_headers_exceeded_total"), 1);
    EXPECT_EQ(proxy_.get("https://shop.test/", {"--http2"}).body, "ok");
}

TEST(Http2Load, EveryRequestOfManyStreamsIsAnswered) {
    const Nginx origin{7001, "location / { return 200 ok; }"};
    ProxyUnderTest proxy{shop_at({7001})};
    const Ended ended = run({{"h2load", "-n", "5000", "-c", "20", "-m", "50",
                              "--connect-to=127.0.0.1:443", "https://shop.test/"}},
                            60s);
    EXPECT_NE(ended.out.find("5000 succeeded, 0 failed"), std::string::npos) << ended.out;
    EXPECT_NE(ended.out.find("Application protocol: h2"), std::string::npos) << ended.out;
}

TEST(Http2Tunnel, CarriesWebSocketToAnOriginOfHttp1) {
    Process server{{.argv = {source("tests/scenarios/websocket_peer.py"), "serve", "7001"}}};
    ASSERT_TRUE(server.says("ready")) << server.err();
    const ProxyUnderTest proxy{shop_at({7001})};
    proxy.dir().write("ca.pem", proxy.ca().certificate_pem());
    const Ended client =
        run({{source("tests/scenarios/http2_peer.py"), "websocket", proxy.dir().path() / "ca.pem"}},
            60s);
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "200\nclosed [1000]\n") << client.err;
    EXPECT_EQ(proxy.count("tunnels_total"), 1);
}

}  // namespace
}  // namespace portcullis::test
