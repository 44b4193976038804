#include "proxy/stream/socket.h"

#include "base/check.h"

#include <utility>

namespace portcullis::stream {

Socket::State::State(Loop& owner, Fd descriptor)
    : loop{owner}, socket{owner.io()}, fd{descriptor.get()} {
    boost::system::error_code error;
    // The family does not matter: Asio only waits for this descriptor. Registering fails when the
    // reactor is out of kernel memory; the socket is closed then, and the first wait is cancelled.
    socket.assign(boost::asio::ip::tcp::v6(), fd, error);
    if (error) {
        cancelled = true;
    } else {
        (void)descriptor.release();
    }
    read.state = this;
    write.state = this;
    write.kind = boost::asio::socket_base::wait_write;
}

Socket::Socket(Loop& loop, Fd fd) : state_{new State{loop, std::move(fd)}} {}

Socket::Socket(Socket&&) noexcept = default;

Socket& Socket::operator=(Socket&& other) noexcept {
    std::swap(state_, other.state_);
    return *this;
}

Socket::~Socket() {
    if (!state_) {
        return;
    }
    CHECK(state_->read.waiter == nullptr && state_->write.waiter == nullptr &&
          "closing a socket that is waited for");
    boost::system::error_code ignored;
    state_->socket.close(ignored);
}

int Socket::fd() const {
    return state_->fd;
}

Loop& Socket::loop() const {
    return state_->loop;
}

Socket::Wait Socket::readable(Duration timeout) {
    return {state_->read, timeout};
}

Socket::Wait Socket::writable(Duration timeout) {
    return {state_->write, timeout};
}

void Socket::watch_readable(Waiter& waiter, Duration timeout) {
    state_->read.begin(waiter, timeout);
}

void Socket::unwatch_readable() {
    state_->read.end();
}

bool Socket::announced() const {
    return state_->read.announced;
}

void Socket::restart_read_deadline(Duration timeout) {
    state_->read.restart_deadline(timeout);
}

void Socket::interrupt_read() {
    const auto alive = state_;
    alive->read.wake(Wake::cancelled);
}

void Socket::cancel() {
    const auto alive = state_;
    alive->cancelled = true;
    alive->read.wake(Wake::cancelled);
    alive->write.wake(Wake::cancelled);
}

void Socket::Side::begin(Waiter& who, Duration timeout) {
    CHECK(waiter == nullptr && "one waiter for each direction");
    waiter = &who;
    restart_deadline(timeout);
    if (armed) {
        return;
    }
    armed = true;
    state->socket.async_wait(kind, [this, alive = boost::intrusive_ptr<State>{state}](
                                       const boost::system::error_code&) { on_event(); });
}

void Socket::Side::end() {
    waiter = nullptr;
    drop_deadline();
}

void Socket::Side::restart_deadline(Duration timeout) {
    if (waiter == nullptr || timeout == kForever) {
        drop_deadline();
    } else {
        state->loop.wheel().set(*this, timeout);
    }
}

void Socket::Side::wake(Wake how) {
    if (waiter == nullptr) {
        return;
    }
    drop_deadline();
    std::exchange(waiter, nullptr)->on_wake(how);
}

void Socket::Side::on_event() {
    armed = false;
    if (waiter != nullptr) {
        wake(Wake::ready);
    } else {
        announced = true;
    }
}

bool Socket::Wait::await_ready() {
    if (side_.state->cancelled) {
        wake_ = Wake::cancelled;
        return true;
    }
    // Not left to the wheel: a peer that sends a byte in every tick would put the end off for ever.
    if (timeout_ <= Duration::zero()) {
        wake_ = Wake::timeout;
        return true;
    }
    return std::exchange(side_.announced, false);
}

}  // namespace portcullis::stream
