#include "proxy/worker/accept.h"

#include "proxy/stream/listen.h"
#include "proxy/worker/connection.h"

#include <cerrno>

namespace portcullis::worker {
namespace {

// Connections taken before others get their turn.
constexpr int kBurst = 64;
// After accept(2) failed for want of descriptors or memory: it would fail again at once.
constexpr Duration kPause = 100ms;

enum class Queue : std::uint8_t { empty, more, failing };

Queue take_burst(Worker& worker, int listener) {
    for (int taken = 0; taken < kBurst; ++taken) {
        std::optional<stream::Accepted> accepted = stream::accept_next(listener);
        if (accepted) {
            spawn(serve_connection(std::move(accepted->fd), accepted->from, worker));
        } else if (errno == EAGAIN) {
            return Queue::empty;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            return Queue::failing;
        }
        // Anything else is one connection's own trouble (accept(2): ECONNABORTED and network
        // errors).
    }
    return Queue::more;
}

}  // namespace

Task<> accept_connections(Worker& worker, std::size_t index) {
    stream::Socket& listener = *worker.listeners_[index];
    for (;;) {
        const stream::Wake wake = co_await listener.readable(stream::kForever);
        Queue queue = take_burst(worker, listener.fd());
        if (queue == Queue::empty) {
            listener.note_drained();
        } else {
            if (queue == Queue::failing) {
                worker.context_.counters.add(observe::Count::accept_failures);
                co_await stream::Sleep{worker.context_.loop, kPause};
            }
            listener.recheck_readable();
        }
        if (wake == stream::Wake::cancelled) {
            while (queue == Queue::more) {
                queue = take_burst(worker, listener.fd());
            }
            worker.context_.loop.reactor().remove(listener.fd());
            worker.listeners_[index].reset();
            co_return;
        }
    }
}

}  // namespace portcullis::worker
