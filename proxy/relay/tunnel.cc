#include "proxy/relay/tunnel.h"

#include "proxy/relay/compose.h"

namespace portcullis::relay {
namespace {

using Clock = Exchange::Clock;

enum class Ended : std::uint8_t { properly, broken };

struct Direction {
    Source& source;
    Sink& target;
    std::uint64_t& bytes;
};

bool timed_out(Fault fault) {
    return fault == Fault::client_slow_body || fault == Fault::origin_slow_body;
}

// Sets moved whenever bytes do, so that a direction whose own wait times out can see that the
// tunnel as a whole is alive.
Task<Ended> copy(Direction d, Duration timeout, Clock::time_point& moved) {
    for (;;) {
        const Piece piece = d.source.next();
        Fault fault = Fault::none;
        switch (piece.kind) {
            case Piece::Kind::data:
                fault = co_await d.target.send(piece.data);
                d.bytes += piece.data.size();
                moved = Clock::now();
                break;
            case Piece::Kind::nothing:
                fault = co_await d.target.flush();
                if (fault == Fault::none) {
                    fault = co_await d.source.more();
                }
                if (timed_out(fault) && Clock::now() - moved < timeout) {
                    fault = Fault::none;
                }
                break;
            case Piece::Kind::failed:
                co_return Ended::broken;
            case Piece::Kind::done:
                fault = co_await d.target.end({});
                co_return fault == Fault::none ? Ended::properly : Ended::broken;
        }
        if (fault != Fault::none) {
            co_return Ended::broken;
        }
    }
}

// A break in one direction ends the other.
Task<> copy_until_end(Exchange& x, Direction d, Duration timeout, Clock::time_point& moved) {
    const Ended ended = co_await copy(d, timeout, moved);
    if (ended == Ended::broken) {
        x.origin->cancel();
        x.client.cancel();
    }
}

}  // namespace

Task<Fault> tunnel(Exchange& x) {
    const Duration timeout = x.route->timeouts.tunnel.value_or(x.config().timeouts.tunnel);
    x.record.status = x.origin->answer().status;
    x.client.begin_answer(compose_answer(x), true);
    const Fault begun = co_await x.client.flush();
    if (begun != Fault::none) {
        co_return begun;
    }
    x.client.begin_tunnel(timeout);
    x.origin->begin_tunnel(timeout);
    x.context.counters.add(observe::Count::tunnels);
    auto moved = Clock::now();
    Task<> to_origin =
        copy_until_end(x, {x.client, *x.origin, x.record.request_bytes}, timeout, moved);
    co_await copy_until_end(x, {*x.origin, x.client, x.record.answer_bytes}, timeout, moved);
    co_await std::move(to_origin);
    co_return Fault::none;
}

}  // namespace portcullis::relay
