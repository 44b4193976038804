// An Http2Origin on one end of a socket pair; the other end is a server's session by hand.
#pragma once

#include "proxy/relay/http2_origin.h"
#include "tests/proxy/http2/listener.h"
#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>

namespace portcullis::test {

using relay::Http2Origin;
using relay::Piece;

inline constexpr http::Body kOpen{http::Body::Kind::open, 0};

inline Task<> keep_result(Task<Fault> task, Fault& result) {
    result = co_await std::move(task);
}

class Http2OriginFixture : public testing::Test, public origin::Http2Home {
  protected:
    Http2OriginFixture() {
        listener.session = &peer;
        turns();
        connection.begin_exchange();
        side.emplace(connection, std::chrono::seconds{5});
    }

    ~Http2OriginFixture() override {
        side.reset();
        connection.end_exchange();
    }

    void on_over() noexcept override {}

    void turns() {
        for (int i = 0; i < 4; ++i) {
            test::settle(loop);
            loop.run_deferred();
            const std::string bytes = test::drained(pair.theirs);
            peer.feed(bytes, {});
            peer.deliver();
            std::string out;
            peer.output(out, std::size_t{64} << 10U);
            peer.deliver();
            test::put(pair.theirs, out);
        }
    }

    Fault run(Task<Fault> task) {
        Fault fault = Fault::worker_full;  // what no side says
        const Task<> running = keep_result(std::move(task), fault);
        turns();
        return fault;
    }

    void begin(std::string_view method, const http::Body& body, std::string_view upgrade = {},
               std::span<const http::Field> fields = {}) {
        side->begin_request({method, "/x?y", "a.example", fields, body, upgrade});
    }

    Fault ask(std::string_view method = "GET") {
        begin(method, {});
        return run(side->end({}));
    }

    http2::test::Listener::Told& told() { return *listener.told.at(0); }

    http2::Stream& stream() { return *told().stream; }

    std::string rest() {
        std::string all;
        for (Piece piece = side->next(); piece.kind == Piece::Kind::data; piece = side->next()) {
            all += piece.data;
        }
        return all;
    }

    stream::Loop loop;
    test::LocalPair pair;
    http2::test::Listener listener;
    http2::Session peer{http2::Role::server, {}, listener};
    origin::Http2Connection connection{
        stream::Stream{stream::Socket{loop, std::move(pair.ours)}},
        {std::chrono::seconds{30}, std::chrono::hours{1}, std::chrono::seconds{5}},
        *this};
    std::optional<Http2Origin> side;
};

}  // namespace portcullis::test
