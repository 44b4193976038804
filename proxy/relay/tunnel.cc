#include "proxy/relay/tunnel.h"

#include "proxy/http1/writer.h"

namespace portcullis::relay {
namespace {

// One direction: what the buffer holds already, then whatever comes. Sets moved at each read, so
// that a direction whose own wait times out can see that the tunnel as a whole is alive.
struct Direction {
    stream::Stream& source;
    stream::Stream& target;
    stream::Buffer& buffer;
    std::uint64_t& bytes;
};

using Clock = Exchange::Clock;

enum class Ended : std::uint8_t { properly, broken };

Task<Ended> copy(Direction d, Duration timeout, Clock::time_point& moved) {
    bool dry = false;  // what is pending is part of a TLS record: asking again gives nothing
    for (;;) {
        if (!d.buffer.empty()) {
            const std::string_view bytes = d.buffer.bytes();
            const stream::End end = co_await d.target.write(bytes, timeout);
            if (end != stream::End::none) {
                co_return Ended::broken;
            }
            d.bytes += bytes.size();
            d.buffer.consume(bytes.size());
        }
        // An idle tunnel holds no buffer.
        if (dry || !d.source.has_pending()) {
            d.buffer.release();
            const stream::Wake wake = co_await d.source.socket().readable(timeout);
            if (wake == stream::Wake::timeout && Clock::now() - moved < timeout) {
                continue;
            }
            if (wake != stream::Wake::ready) {
                co_return Ended::broken;
            }
        }
        const stream::Io io = d.source.try_read(d.buffer.space());
        if (io.end == stream::End::closed) {
            d.target.shutdown_write();
            co_return Ended::properly;
        }
        if (io.end != stream::End::none) {
            co_return Ended::broken;
        }
        dry = io.bytes == 0;
        if (!dry) {
            d.buffer.commit(io.bytes);
            moved = Clock::now();
        }
    }
}

// A break in one direction ends the other.
Task<> copy_until_end(Direction d, Duration timeout, Clock::time_point& moved) {
    const Ended ended = co_await copy(d, timeout, moved);
    if (ended == Ended::broken) {
        d.source.socket().cancel();
        d.target.socket().cancel();
    }
}

}  // namespace

Task<Fault> tunnel(Exchange& x) {
    const http::ResponseHead& head = x.scratch->answer.head();
    if (!x.upgrade) {
        co_return Fault::origin_bad_answer;
    }
    x.keep = false;
    x.answer_begun = true;
    x.record.status = head.status;
    http1::write_response(
        x.scratch->answer_out, head, {},
        {.client_minor_version = x.minor_version, .request_id = x.request_id, .upgrade = true});
    x.back.consume(x.scratch->answer.consumed());
    const stream::End end =
        co_await x.client.stream.write(x.scratch->answer_out, x.config().timeouts.body);
    if (end != stream::End::none) {
        co_return Fault::client_gone;
    }
    x.context.counters.add(observe::Count::tunnels);
    const Duration timeout = x.config().timeouts.tunnel;
    auto moved = Clock::now();
    Task<> to_origin =
        copy_until_end({x.client.stream, x.origin(), x.in, x.record.request_bytes}, timeout, moved);
    co_await copy_until_end({x.origin(), x.client.stream, x.back, x.record.answer_bytes}, timeout,
                            moved);
    co_await std::move(to_origin);
    co_return Fault::none;
}

}  // namespace portcullis::relay
