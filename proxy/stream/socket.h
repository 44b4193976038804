// A non-blocking descriptor that a coroutine can wait for. It never reads or writes: whoever waits
// does that (tls::Session, or read(2) and write(2) in stream.cc), so that a wake-up costs no copy
// and no buffer.
//
// A wait that has begun stays armed in the reactor until the kernel reports something, even when
// its waiter left meanwhile (deadline, cancel, or it had something better to do). So the read wait
// that watches a client for hanging up is the same one that later announces its next request: one
// epoll_ctl(2) for both.
#pragma once

#include "base/fd.h"
#include "config/types/address.h"
#include "config/types/duration.h"
#include "proxy/stream/loop.h"

#include <boost/asio/ip/tcp.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <array>
#include <coroutine>

namespace portcullis::stream {

// How a wait ended.
enum class Wake : std::uint8_t { ready, timeout, cancelled };

constexpr Duration kForever = Duration::max();

// Told once how its wait ended. May destroy the socket, or wait again.
class Waiter {
  public:
    virtual void on_wake(Wake wake) noexcept = 0;

  protected:
    ~Waiter() = default;
};

class Socket {
    class Side;
    struct State;

  public:
    // fd: a socket that is non-blocking already.
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
    Wait writable(Duration timeout);

    // The same without a coroutine.
    void watch_readable(Waiter& waiter, Duration timeout);
    void unwatch_readable();
    // The reactor has reported this socket readable, and nobody was waiting.
    [[nodiscard]] bool announced() const;

    // Gives the pending read wait, if there is one, a new deadline.
    void restart_read_deadline(Duration timeout);
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
    void begin(Waiter& waiter, Duration timeout);
    void end();
    void wake(Wake wake);
    void on_event();
    void restart_deadline(Duration timeout);

    void on_deadline() noexcept override { wake(Wake::timeout); }

    State* state = nullptr;
    boost::asio::socket_base::wait_type kind = boost::asio::socket_base::wait_read;
    Waiter* waiter = nullptr;  // non-null exactly while someone waits
    bool armed = false;        // a wait is pending in the reactor
    bool announced = false;    // the reactor spoke, and nobody was waiting
};

// Outlives its socket while the reactor still holds a wait.
struct Socket::State : boost::intrusive_ref_counter<State, boost::thread_unsafe_counter> {
    State(Loop& owner, Fd fd);

    Loop& loop;
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>
        socket;
    int fd;
    bool cancelled = false;
    Side read;
    Side write;
};

class Socket::Wait final : public Waiter {
  public:
    Wait(Side& side, Duration timeout) : side_{side}, timeout_{timeout} {}

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
        side_.begin(*this, timeout_);
    }

    Wake await_resume() const { return wake_; }

  private:
    void on_wake(Wake wake) noexcept override {
        wake_ = wake;
        waiting_.resume();
    }

    Side& side_;
    Duration timeout_;
    std::coroutine_handle<> waiting_;
    Wake wake_ = Wake::ready;
};

}  // namespace portcullis::stream
