#include "proxy/relay/copy.h"

#include <chrono>

namespace portcullis::relay {
namespace {

using Clock = std::chrono::steady_clock;

enum class Ended : std::uint8_t { properly, broken };

bool timed_out(Fault fault) {
    return fault == Fault::client_slow_body || fault == Fault::origin_slow_body;
}

// Sets moved whenever bytes do, so that a way whose own wait times out can see that the other
// is alive.
Task<Ended> copy(Way way, Duration timeout, Clock::time_point& moved) {
    for (;;) {
        const Piece piece = way.source.next();
        Fault fault = Fault::none;
        switch (piece.kind) {
            case Piece::Kind::data:
                fault = co_await way.target.send(piece.data);
                way.bytes += piece.data.size();
                moved = Clock::now();
                break;
            case Piece::Kind::nothing:
                fault = co_await way.target.flush();
                if (fault == Fault::none) {
                    fault = co_await way.source.more();
                }
                if (timed_out(fault) && Clock::now() - moved < timeout) {
                    fault = Fault::none;
                }
                break;
            case Piece::Kind::failed:
                co_return Ended::broken;
            case Piece::Kind::done:
                fault = co_await way.target.end({});
                co_return fault == Fault::none ? Ended::properly : Ended::broken;
        }
        if (fault != Fault::none) {
            co_return Ended::broken;
        }
    }
}

// A break in one way ends the other.
Task<> copy_until_end(Way way, Duration timeout, Clock::time_point& moved,
                      const std::function<void()>& cancel) {
    const Ended ended = co_await copy(way, timeout, moved);
    if (ended == Ended::broken) {
        cancel();
    }
}

}  // namespace

Task<> copy_both_ways(Way one, Way other, Duration timeout, const std::function<void()>& cancel) {
    auto moved = Clock::now();
    Task<> beside = copy_until_end(one, timeout, moved, cancel);
    co_await copy_until_end(other, timeout, moved, cancel);
    co_await std::move(beside);
}

}  // namespace portcullis::relay
