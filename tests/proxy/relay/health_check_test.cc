#include "proxy/relay/health_check.h"

#include "tests/proxy/http2/listener.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <functional>
#include <optional>

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::answer;
using test::RawOrigin;

// A server's session by hand; answers the first request.
using Say = std::function<void()>;  // what the session has to say
using Answer = std::function<void(http2::Session&, http2::Stream&, const Say&)>;

RawOrigin::Script in_http2(std::string& log, Answer answer) {
    return [&log, answer = std::move(answer)](RawOrigin::Connection& connection) {
        http2::test::Listener listener;
        http2::Session session{http2::Role::server, {}, listener};
        listener.session = &session;
        const auto take = [&](const std::string& bytes) {
            session.feed(bytes, {});
            session.deliver();
            std::string out;
            session.output(out, std::size_t{64} << 10U);
            session.deliver();
            connection.send(out);
            return !bytes.empty();
        };
        take("");
        bool more = take(connection.read(24));  // the preface
        bool answered = false;
        while (more) {
            std::string frame = connection.read(9);
            if (frame.size() < 9) {
                break;
            }
            const auto size =
                static_cast<unsigned char>(frame[1]) * 256U + static_cast<unsigned char>(frame[2]);
            frame += connection.read(size);
            more = take(frame);
            const bool asked =
                !listener.told.empty() && listener.told[0]->log.find("end") != std::string::npos;
            if (!answered && (asked || listener.log.find(" ends") != std::string::npos)) {
                answered = true;
                log = listener.log + listener.told[0]->body;
                answer(session, *listener.told[0]->stream, [&] { take(""); });
                take("");
            }
        }
    };
}

void serving(http2::Session& session, http2::Stream& stream, const Say& say,
             std::string_view message) {
    const std::vector<http::Field> fields = {{"content-type", "application/grpc"}};
    session.answer(stream, 200, fields, false);
    if (!message.empty()) {
        session.send_data(stream, message, false);
        say();
    }
    const std::vector<http::Field> trailers = {{"grpc-status", "0"}};
    session.send_trailers(stream, trailers);
}

class HealthCheckTest : public testing::Test {
  protected:
    HealthCheckTest() {
        config->name = "shop";
        config->health.emplace();
        config->health->timeout = 20s;
    }

    Task<> check(origin::Service& service) {
        trouble = co_await check_endpoint(context, service, service.endpoints()[0]);
    }

    std::string checked(std::uint16_t port) {
        const SocketAddress address{IpAddress::parse("127.0.0.1").value(), port};
        origin::Service service{
            config, {std::make_shared<origin::Endpoint>(EndpointConfig{address}, config)}};
        trouble.reset();
        const Task<> checking = check(service);
        EXPECT_TRUE(test::eventually([&] {
            test::settle(context.loop);
            context.loop.run_deferred();
            context.loop.wheel().advance(passed += 1ms);
            return trouble.has_value();
        }));
        EXPECT_EQ(service.endpoints()[0]->active(), 0U);
        return std::string{trouble.value_or("no end")};
    }

    std::shared_ptr<ServiceConfig> config = std::make_shared<ServiceConfig>();
    std::unique_ptr<observe::AccessLog> log = observe::AccessLog::open({}).value();
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
    std::chrono::milliseconds passed{0};
    std::optional<std::string_view> trouble;
};

TEST_F(HealthCheckTest, OfHttpPassesWithAStatusBelow400) {
    for (const auto& [status, want] : {std::pair{"200 OK", ""},
                                       {"204 No Content", ""},
                                       {"302 Found", ""},
                                       {"404 Not Found", "bad_status"},
                                       {"503 Service Unavailable", "bad_status"}}) {
        const RawOrigin origin{test::always(answer("", status))};
        EXPECT_EQ(checked(origin.port()), want) << status;
    }
}

TEST_F(HealthCheckTest, OfHttpAsksForThePathAndTheHost) {
    config->health->path = "/healthz?deep=1";
    config->health->host = "shop.internal";
    const RawOrigin origin{test::always(answer("ok"))};
    EXPECT_EQ(checked(origin.port()), "");
    EXPECT_EQ(origin.received().at(0),
              "GET /healthz?deep=1 HTTP/1.1\r\nHost: shop.internal\r\nUser-Agent: "
              "portcullis-health\r\n\r\n");
}

TEST_F(HealthCheckTest, PassesInterimAnswersOver) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send("HTTP/1.1 103 Early Hints\r\n\r\n" + answer("ok"));
    }};
    EXPECT_EQ(checked(origin.port()), "");
}

TEST_F(HealthCheckTest, TellsWhyItHasNotPassed) {
    const test::RefusingPort refusing;
    EXPECT_EQ(checked(refusing.port()), "origin_refused");
    const RawOrigin closes{[](auto& connection) { connection.read_head(); }};
    EXPECT_EQ(checked(closes.port()), "origin_reset");
    const RawOrigin talks{test::always("220 smtp ready\r\n\r\n")};
    EXPECT_EQ(checked(talks.port()), "origin_bad_answer");
    config->health->timeout = 50ms;
    const RawOrigin hangs{[](auto& connection) { connection.hang(); }};
    EXPECT_EQ(checked(hangs.port()), "origin_timeout");
    const test::SilentPort silent;
    EXPECT_EQ(checked(silent.port()), "origin_connect_timeout");
}

TEST_F(HealthCheckTest, OfTcpPassesWithAConnection) {
    config->health->kind = CheckKind::tcp;
    const RawOrigin hangs{[](auto& connection) { connection.hang(); }};
    EXPECT_EQ(checked(hangs.port()), "");
    const test::RefusingPort refusing;
    EXPECT_EQ(checked(refusing.port()), "origin_refused");
}

TEST_F(HealthCheckTest, TellsAnEndpointThatWantsAHeaderThatItIsNobodys) {
    config->proxy_protocol = ProxyProtocol::v1;
    const RawOrigin origin{test::always(answer("ok"))};
    EXPECT_EQ(checked(origin.port()), "");
    EXPECT_TRUE(origin.received().at(0).starts_with("PROXY UNKNOWN\r\nGET / "));
}

TEST_F(HealthCheckTest, OfHttpSpeaksTheServicesVersion) {
    config->protocol = Protocol::h2c;
    std::string asked;
    const RawOrigin origin{
        in_http2(asked, [](http2::Session& session, http2::Stream& stream, const Say&) {
            session.answer(stream, 200, {}, true);
        })};
    EXPECT_EQ(checked(origin.port()), "");
    EXPECT_TRUE(asked.starts_with("GET ")) << asked;
    EXPECT_NE(asked.find(" / ends "), std::string::npos) << asked;
    const RawOrigin http1{test::always(answer("ok"))};
    EXPECT_EQ(checked(http1.port()), "origin_bad_answer");
}

TEST_F(HealthCheckTest, OfGrpcAsksForTheServiceAndTakesServingOnly) {
    config->protocol = Protocol::h2c;
    config->health->kind = CheckKind::grpc;
    config->health->service = "shop.Till";

    const struct {
        std::string_view message;
        const char* want;
    } cases[] = {{{"\0\0\0\0\2\x08\1", 7}, ""},
                 {{"\0\0\0\0\2\x08\2", 7}, "not_serving"},
                 {{"\0\0\0\0\0", 5}, "not_serving"},
                 {{"", 0}, "not_serving"}};

    for (const auto& c : cases) {
        std::string asked;
        const RawOrigin origin{
            in_http2(asked, [&](http2::Session& session, http2::Stream& stream, const Say& say) {
                serving(session, stream, say, c.message);
            })};
        EXPECT_EQ(checked(origin.port()), c.want);
        const std::string question{"\0\0\0\0\x0b\x0a\x09shop.Till", 16};
        EXPECT_TRUE(asked.starts_with("POST ")) << asked;
        EXPECT_NE(asked.find(" /grpc.health.v1.Health/Check "), std::string::npos) << asked;
        EXPECT_TRUE(asked.ends_with(question)) << asked;
    }
}

TEST_F(HealthCheckTest, OfGrpcTakesTrailersAloneForNo) {
    config->protocol = Protocol::h2c;
    config->health->kind = CheckKind::grpc;
    std::string asked;
    const RawOrigin origin{
        in_http2(asked, [](http2::Session& session, http2::Stream& stream, const Say&) {
            const std::vector<http::Field> fields = {{"grpc-status", "12"}};
            session.answer(stream, 200, fields, true);
        })};
    EXPECT_EQ(checked(origin.port()), "not_serving");
    EXPECT_TRUE(asked.ends_with((std::string{"\0\0\0\0\0", 5}))) << "the server as a whole";
}

}  // namespace
}  // namespace portcullis::relay
