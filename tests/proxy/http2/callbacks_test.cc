#include "proxy/http2/callbacks.h"

#include "tests/proxy/http2/frames.h"
#include "tests/proxy/http2/listener.h"

#include <gtest/gtest.h>

namespace portcullis::http2 {
namespace {

using test::frame;
using test::Listener;
using test::Type;

// A server fed by hand. What it answers is kept.
struct Server {
    explicit Server(const SessionLimits& limits = {}) : session{Role::server, limits, user} {
        user.session = &session;
        feed(std::string{test::kPreface} + frame(Type::settings, 0, 0, ""));
    }

    bool feed(const std::string& bytes, Session::Clock::time_point now = {}) {
        const bool alive = session.feed(bytes, now);
        session.deliver();
        session.output(out, 1U << 20U);
        session.deliver();
        return alive;
    }

    // Whether a frame of that kind, on that stream, with that code was written.
    [[nodiscard]] bool wrote(Type type, std::uint32_t stream, std::string_view payload) const {
        return out.find(frame(type, 0, stream, payload)) != std::string::npos;
    }

    [[nodiscard]] bool reset(std::uint32_t stream, Code code) const {
        return wrote(Type::rst_stream, stream, test::number32(static_cast<std::uint32_t>(code)));
    }

    Listener user;
    Session session;
    std::string out;
};

std::string request(std::uint32_t stream, const std::string& block, bool ends = true) {
    const auto flags = static_cast<std::uint8_t>(test::kEndHeaders | (ends ? 1U : 0U));
    return frame(Type::headers, flags, stream, block);
}

TEST(Http2Peer, ABodyThatDiffersFromItsLengthIsReset) {
    struct Case {
        const char* length;
        std::string body;
        bool refused;
    };

    const Case cases[] = {{"3", "abc", false}, {"2", "abc", true}, {"4", "abc", true}};
    for (const Case& c : cases) {
        Server server;
        server.feed(request(1, test::post() + test::literal("content-length", c.length), false));
        server.feed(frame(Type::data, test::kEndStream, 1, c.body));
        EXPECT_EQ(server.reset(1, Code::protocol_error), c.refused) << c.length;
        EXPECT_EQ(server.user.told[0]->log, c.refused ? "closed 1 " : "end ") << c.length;
    }
}

TEST(Http2Peer, ARequestThatEndsBeforeItsLengthIsRefusedByName) {
    Server server;
    server.feed(request(1, test::post() + test::literal("content-length", "3"), true));
    EXPECT_EQ(server.user.log, "POST a.example / ends (body_length_differs) ");
}

TEST(Http2Peer, TrailersThatDoNotEndTheirMessageAreReset) {
    Server server;
    server.feed(request(1, test::post(), false));
    server.feed(request(1, test::literal("a", "b"), false));
    EXPECT_TRUE(server.reset(1, Code::protocol_error));
    EXPECT_EQ(server.user.told[0]->log, "closed 1 ");
}

TEST(Http2Peer, RapidResetsEndTheConnection) {
    SessionLimits limits;
    limits.resets_per_minute = 10;
    Server server{limits};
    std::uint32_t stream = 1;
    const auto open_and_reset = [&] {
        const bool alive = server.feed(request(stream, test::get()) +
                                       frame(Type::rst_stream, 0, stream, test::number32(8)));
        stream += 2;
        return alive;
    };
    for (int i = 0; i < 10; ++i) {
        ASSERT_TRUE(open_and_reset()) << i;
    }
    EXPECT_FALSE(open_and_reset());
    EXPECT_EQ(server.session.abuse(), Abuse::resets);
    EXPECT_TRUE(server.session.over());
    EXPECT_NE(server.out.find(test::number32(0xb)), std::string::npos);
}

// Whatever the code says: the request was asked for, and taken back.
TEST(Http2Peer, RapidResetsWithoutAnErrorEndTheConnectionToo) {
    SessionLimits limits;
    limits.resets_per_minute = 10;
    Server server{limits};
    bool alive = true;
    int count = 0;
    for (std::uint32_t stream = 1; alive && count < 100; stream += 2, ++count) {
        alive = server.feed(request(stream, test::get()) +
                            frame(Type::rst_stream, 0, stream, test::number32(0)));
    }
    EXPECT_EQ(count, 11);
    EXPECT_EQ(server.session.abuse(), Abuse::resets);
}

// CVE-2025-8671: the client makes the server reset its own streams.
TEST(Http2Peer, ResetsThatThePeerMakesUsSendCountAsItsOwn) {
    SessionLimits limits;
    limits.resets_per_minute = 10;
    Server server{limits};
    bool alive = true;
    int count = 0;
    for (std::uint32_t stream = 1; alive && count < 100; stream += 2, ++count) {
        alive = server.feed(request(stream, test::get()) +
                            frame(Type::window_update, 0, stream, test::number32(0x7fffffff)));
    }
    EXPECT_LT(count, 20);
    EXPECT_EQ(server.session.abuse(), Abuse::resets);
}

// RFC 9113, 8.1.1: a stream error, but not before the client has been told.
TEST(Http2Peer, AMalformedRequestIsAnsweredAndThenReset) {
    for (const bool ends : {true, false}) {
        Server server;
        server.feed(request(1, test::get() + test::literal("connection", "close"), ends));
        Stream& stream = *server.user.told[0]->stream;
        server.session.answer(stream, 400, {}, false);
        server.session.send_data(stream, "a page", true);
        server.feed("");
        const std::string page = frame(Type::data, test::kEndStream, 1, "a page");
        const std::string reset = frame(Type::rst_stream, 0, 1, test::number32(1));
        EXPECT_NE(server.out.find(page + reset), std::string::npos) << ends;
        EXPECT_EQ(server.out.find(reset), server.out.rfind(reset)) << "reset once";
        if (!ends) {
            server.feed(frame(Type::data, 0, 1, "what was under way"));
        }
        EXPECT_FALSE(server.session.over());
        EXPECT_EQ(server.session.streams(), 0U);
    }
}

TEST(Http2Peer, WhatExceedsALimitIsNotReset) {
    SessionLimits limits;
    limits.head.fields = 1;
    Server server{limits};
    server.feed(request(1, test::get() + test::literal("a", "1") + test::literal("b", "2")));
    server.session.answer(*server.user.told[0]->stream, 431, {}, true);
    server.feed("");
    EXPECT_FALSE(server.reset(1, Code::protocol_error));
}

TEST(Http2Peer, MalformedRequestsCountAsResets) {
    SessionLimits limits;
    limits.resets_per_minute = 10;
    Server server{limits};
    std::size_t answered = 0;
    for (std::uint32_t stream = 1; stream < 100 && !server.session.over(); stream += 2) {
        server.feed(request(stream, test::get() + test::literal("te", "gzip")));
        if (!server.session.over()) {
            server.session.answer(*server.user.told.back()->stream, 400, {}, true);
            ++answered;
        }
    }
    EXPECT_EQ(server.session.abuse(), Abuse::resets);
    EXPECT_EQ(answered, 11U);
}

// RFC 9113, 5.1: what the client sent before it heard of our RST_STREAM is dropped, however much,
// and its connection goes on. What follows its own last word ends the connection.
TEST(Http2Peer, FramesForAStreamThatWeResetAreDropped) {
    Server server;
    server.feed(request(1, test::post(), false));
    server.session.use(*server.user.told[0]->stream, nullptr);
    server.feed("");
    ASSERT_TRUE(server.reset(1, Code::cancel));
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(server.feed(frame(Type::data, 0, 1, std::string(1'000, 'x'))));
        EXPECT_TRUE(server.feed(frame(Type::window_update, 0, 1, test::number32(1))));
        EXPECT_TRUE(server.feed(request(3 + 2 * static_cast<std::uint32_t>(i), test::get())));
    }
    EXPECT_TRUE(server.feed(request(1, test::literal("trailer", "x"))));
    EXPECT_TRUE(server.feed(frame(Type::rst_stream, 0, 1, test::number32(8))));
    EXPECT_FALSE(server.feed(frame(Type::data, 0, 1, "x")));
    EXPECT_NE(server.out.find(test::number32(5)), std::string::npos);
}

// An origin that says more than it had announced is bad for its own stream alone.
TEST(Http2Peer, FramesForAStreamThatAnOriginEndedAreDropped) {
    Listener user;
    Listener::Told told;
    Session client{Role::client, {}, user};
    told.stream = client.open({"GET", "https", "a.example", "/"}, {}, true, told);
    const auto feed = [&client](const std::string& bytes) {
        const bool alive = client.feed(bytes, {});
        client.deliver();
        std::string out;
        client.output(out, 1U << 20U);
        client.deliver();
        return alive;
    };
    EXPECT_TRUE(feed(frame(Type::settings, 0, 0, "")));
    EXPECT_TRUE(feed(request(1, test::literal(":status", "200"))));
    EXPECT_EQ(told.log, "answer 200 ends closed 0 ");
    EXPECT_TRUE(feed(frame(Type::data, test::kEndStream, 1, "too late")));
    EXPECT_TRUE(feed(frame(Type::rst_stream, 0, 1, test::number32(0))));
    EXPECT_TRUE(client.taking());
}

TEST(Http2Peer, ControlFramesHaveABudgetThatRequestsFillUp) {
    struct Case {
        const char* name;
        std::string bytes;
    };

    const Case cases[] = {
        {"settings", frame(Type::settings, 0, 0, "")},
        {"ping", frame(Type::ping, 0, 0, "12345678")},
        {"priority", frame(Type::priority, 0, 3, std::string(5, '\0'))},
        {"empty data", frame(Type::data, 0, 1, "")},
        {"an unknown type", frame(Type{0x2a}, 0, 0, "whatever")},
        {"the last unknown type", frame(Type{0xff}, 0xff, 1, "")},
        {"ALTSVC", frame(Type{0x0a}, 0, 0, std::string("\0\1ab", 4))},
    };
    for (const Case& c : cases) {
        SessionLimits limits;
        limits.control_frames_per_minute = 20;
        Server server{limits};
        server.feed(request(1, test::post(), false));
        int count = 0;
        while (count < 100 && server.feed(c.bytes)) {
            ++count;
        }
        EXPECT_LT(count, 25) << c.name;
        EXPECT_EQ(server.session.abuse(), Abuse::control_frames) << c.name;
    }
}

TEST(Http2Session, KnowsSinceWhenAHeaderSectionIsUnderWay) {
    const Session::Clock::time_point start{std::chrono::seconds{5}};
    Server server;
    const std::string block = test::get();
    std::string head = frame(Type::headers, test::kEndStream, 1, block.substr(0, 5));
    server.feed(head.substr(0, 11), start);
    EXPECT_EQ(server.session.section_since(), start);
    server.feed(head.substr(11), start + std::chrono::seconds{1});
    EXPECT_EQ(server.session.section_since(), start) << "CONTINUATION is to follow";
    server.feed(frame(Type::continuation, test::kEndHeaders, 1, block.substr(5)),
                start + std::chrono::seconds{2});
    EXPECT_EQ(server.session.section_since(), std::nullopt);
}

TEST(Http2Peer, ABudgetFillsUpWithTime) {
    SessionLimits limits;
    limits.control_frames_per_minute = 60;
    Server server{limits};
    for (int second = 1; second <= 600; ++second) {
        ASSERT_TRUE(server.feed(frame(Type::ping, 0, 0, "12345678"),
                                Session::Clock::time_point{std::chrono::seconds{second}}));
    }
}

TEST(Http2Peer, HeadersFarBeyondTheLimitEndTheConnection) {
    SessionLimits limits;
    limits.head.header_bytes = 1'000;
    limits.head.path_bytes = 100;
    Server server{limits};
    std::string block = test::get();
    for (int i = 0; i < 60; ++i) {
        block += test::literal("name", std::string(100, 'x'));
    }
    EXPECT_FALSE(server.feed(request(1, block)));
    EXPECT_EQ(server.session.abuse(), Abuse::header_flood);
}

TEST(Http2Peer, EndlessContinuationsEndTheConnection) {
    Server server;
    std::string bytes = frame(Type::headers, test::kEndStream, 1, test::get());
    for (int i = 0; i < 20; ++i) {
        bytes += frame(Type::continuation, 0, 1, "");
    }
    EXPECT_FALSE(server.feed(bytes));
    EXPECT_EQ(server.session.abuse(), Abuse::header_flood);
}

TEST(Http2Peer, HeadersBeyondTheLimitAreRefusedByName) {
    SessionLimits limits;
    limits.head.fields = 3;
    Server server{limits};
    std::string block = test::get();
    for (int i = 0; i < 4; ++i) {
        block += test::literal("a", "b");
    }
    server.feed(request(1, block));
    EXPECT_EQ(server.user.log, "GET a.example / ends (too_many_fields) ");
}

TEST(Http2Peer, MoreStreamsThanAllowedAreRefused) {
    SessionLimits limits;
    limits.streams = 2;
    Server server{limits};
    server.feed(request(1, test::get()) + request(3, test::get()) + request(5, test::get()));
    EXPECT_TRUE(server.reset(5, Code::refused_stream));
    EXPECT_EQ(server.user.told.size(), 2U);
}

TEST(Http2Peer, WhatIsNotHttp2EndsTheConnection) {
    Listener user;
    Session session{Role::server, {}, user};
    EXPECT_FALSE(session.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", {}));
    std::string out;
    session.output(out, 1U << 16U);
    EXPECT_TRUE(session.over());
}

}  // namespace
}  // namespace portcullis::http2
