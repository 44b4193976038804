// A non-blocking descriptor that a coroutine can wait for. It never reads or writes: whoever waits
// does that (tls::Session, or read(2) and write(2) in stream.cc), so that a wake-up costs no copy
// and no buffer.
//
// The kernel speaks of changes only (reactor.h), so each direction remembers whether it may be
// ready and a wait ends at once while it may. Whoever reads or writes says when the kernel had no
// more: an answer of EAGAIN, or of fewer bytes than were asked for. The peer's end is remembered
// for good, because it may come in one change with the last bytes.
//
// A wait that has no time left ends as a timeout, ready or not (a peer that always has a byte ready
// would put its end off for ever), and it ends at the loop's next turn: a coroutine that goes on
// waiting all the same wastes processor time, but takes the thread from nobody.
#pragma once

#include "base/fd.h"
#include "config/types/address.h"
#include "config/types/duration.h"
#include "proxy/stream/loop.h"

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <coroutine>
#include <poll.h>

namespace portcullis::stream {

// How a wait ended.
enum class Wake : std::uint8_t { ready, timeout, cancelled };

// Told once how its wait ended. May destroy the socket, or wait again.
class Waiter {
  public:
    virtual void on_wake(Wake wake) noexcept = 0;

  protected:
    ~Waiter() = default;
};

// Told once that the peer has sent its last byte, or that the connection is broken, whatever is
// still to be read. May destroy the socket.
class EndListener {
  public:
    virtual void on_end() noexcept = 0;

  protected:
    ~EndListener() = default;
};

class Socket {
    class Side;
    struct State;

  public:
    // fd: a socket that is non-blocking already, and connected or connecting. When the kernel
    // cannot watch it, for want of memory, the first wait is cancelled.
    Socket(Loop& loop, Fd fd);
    Socket(Socket&&) noexcept;
    Socket& operator=(Socket&&) noexcept;
    ~Socket();  // closes; nobody may be waiting

    [[nodiscard]] int fd() const;
    [[nodiscard]] Loop& loop() const;

    class Wait;
    // co_await socket.readable(5s) → Wake. One waiter for each direction at a time. Wake-ups may be
    // spurious.
    Wait readable(Duration timeout);
    Wait readable(Deadline deadline);
    Wait writable(Duration timeout);
    Wait writable(Deadline deadline);

    // The same without a coroutine, for whoever has just seen that nothing is there: tells of the
    // next change.
    void watch_readable(Waiter& waiter, Duration timeout);
    void unwatch_readable();

    // Whether the kernel has told of the peer's end (a FIN or RST), with bytes before it or
    // without.
    [[nodiscard]] bool ended() const;
    // Tells of it beside whoever reads: an end that stands behind bytes is not hidden by them. One
    // listener at a time; not for a socket that has ended().
    void watch_end(EndListener& listener);
    void unwatch_end();

    // There may be bytes, or an end, that nobody has taken. False is certain as far as the kernel
    // has been asked.
    [[nodiscard]] bool may_read() const;
    // The kernel had no more to read, or took no more. Until something changes.
    void note_drained();
    void note_full();
    // May be called instead of reading to the end: the next wait asks the kernel anew, after others
    // had their turn.
    void recheck_readable();

    // The next wait of that direction, ready or not, lets all others have their turn first, and
    // then ends as ready: for whoever has had its share of this turn (stream.h), and does not know
    // whether the kernel will speak again.
    void yield_read();
    void yield_write();

    // Gives the pending read wait, if there is one, a new deadline.
    void restart_read_deadline(Duration timeout);
    void restart_read_deadline(Deadline deadline);
    // Ends the pending read wait, if there is one, with Wake::cancelled; later ones are not
    // touched.
    void interrupt_read();
    // Ends pending waits, and any later one at once, with Wake::cancelled.
    void cancel();

  private:
    boost::intrusive_ptr<State> state_;
};

// One direction of a socket: who waits, and until when.
class Socket::Side final : public Timed {
  public:
    // events: POLLIN or POLLOUT, that it waits for.
    Side(const Fd& fd, short events) : fd_{fd}, events_{events} {}

    void begin(Waiter& waiter, Duration timeout, Wheel& wheel);
    void end();
    void wake(Wake wake);
    void on_ready();
    void restart_deadline(Duration timeout, Wheel& wheel);

    // On a thread that has much to do the deadline may be over before the reactor has told what
    // came in time: the kernel is asked, so that nobody pays for what is our delay.
    void on_deadline() noexcept override;

    Waiter* waiter = nullptr;  // non-null exactly while someone waits
    bool ready = false;        // there has been a change since the kernel was last asked in vain
    bool yields = false;       // the next wait ends at the loop's next turn
    bool expired = false;      // who waits had no time left when this was last said

  private:
    const Fd& fd_;
    short events_;
};

// Outlives its socket while an event of it is being told.
struct Socket::State final : Reactor::Source,
                             boost::intrusive_ref_counter<State, boost::thread_unsafe_counter> {
    State(Loop& owner, Fd descriptor);

    ~State() { loop.reactor().forget(*this); }

    void on_events(std::uint32_t events) noexcept override;

    Loop& loop;
    Fd fd;  // empty once the socket is closed
    bool cancelled = false;
    bool ended = false;  // the peer has sent its last byte, or the connection is broken
    EndListener* end_listener = nullptr;  // non-null exactly while somebody wants to know
    Side read{fd, POLLIN};
    Side write{fd, POLLOUT};
};

class Socket::Wait final : public Waiter {
  public:
    Wait(State& state, Side& side, Duration timeout)
        : state_{state}, side_{side}, timeout_{timeout} {}

    Wait(const Wait&) = delete;
    Wait& operator=(const Wait&) = delete;

    ~Wait() {
        if (side_.waiter == this) {
            side_.end();
        }
    }

    bool await_ready();

    void await_suspend(std::coroutine_handle<> waiting) {
        waiting_ = waiting;
        side_.begin(*this, timeout_, state_.loop.wheel());
    }

    Wake await_resume() const { return wake_; }

  private:
    void on_wake(Wake wake) noexcept override {
        wake_ = wake;
        waiting_.resume();
    }

    State& state_;
    Side& side_;
    Duration timeout_;
    std::coroutine_handle<> waiting_;
    Wake wake_ = Wake::ready;
};

}  // namespace portcullis::stream
