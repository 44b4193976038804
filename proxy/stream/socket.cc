#include "proxy/stream/socket.h"

#include "base/check.h"

#include <poll.h>
#include <utility>

namespace portcullis::stream {

Socket::State::State(Loop& owner, Fd descriptor) : loop{owner}, fd{std::move(descriptor)} {
    cancelled = !loop.reactor().add(fd.get(), *this);
}

// Writing first: who reads next may have something to write.
void Socket::State::on_events(std::uint32_t events) noexcept {
    const boost::intrusive_ptr<State> alive{this};
    const bool broken = (events & (EPOLLHUP | EPOLLERR)) != 0;
    ended = ended || broken || (events & EPOLLRDHUP) != 0;
    if (broken || (events & EPOLLOUT) != 0) {
        write.on_ready();
    }
    if (ended || (events & EPOLLIN) != 0) {
        read.on_ready();
    }
    if (ended && end_listener != nullptr) {
        std::exchange(end_listener, nullptr)->on_end();
    }
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
          state_->end_listener == nullptr && "closing a socket that is waited for");
    state_->fd.reset();
}

int Socket::fd() const {
    return state_->fd.get();
}

Loop& Socket::loop() const {
    return state_->loop;
}

Socket::Wait Socket::readable(Duration timeout) {
    return {*state_, state_->read, timeout};
}

Socket::Wait Socket::readable(Deadline deadline) {
    return {*state_, state_->read, state_->loop.left(deadline)};
}

Socket::Wait Socket::writable(Duration timeout) {
    return {*state_, state_->write, timeout};
}

Socket::Wait Socket::writable(Deadline deadline) {
    return {*state_, state_->write, state_->loop.left(deadline)};
}

void Socket::watch_readable(Waiter& waiter, Duration timeout) {
    state_->read.ready = false;
    state_->read.begin(waiter, timeout, state_->loop.wheel());
}

void Socket::unwatch_readable() {
    state_->read.end();
}

bool Socket::ended() const {
    return state_->ended;
}

void Socket::watch_end(EndListener& listener) {
    CHECK(state_->end_listener == nullptr && !state_->ended && "one listener, for what is to come");
    state_->end_listener = &listener;
}

void Socket::unwatch_end() {
    state_->end_listener = nullptr;
}

bool Socket::may_read() const {
    return state_->read.ready;
}

void Socket::note_drained() {
    state_->read.ready = state_->ended;
}

void Socket::note_full() {
    state_->write.ready = false;
}

void Socket::yield_read() {
    state_->read.yields = true;
}

void Socket::yield_write() {
    state_->write.yields = true;
}

void Socket::recheck_readable() {
    state_->read.ready = false;
    state_->loop.reactor().report_again(state_->fd.get(), *state_);
}

void Socket::restart_read_deadline(Duration timeout) {
    state_->read.restart_deadline(timeout, state_->loop.wheel());
}

void Socket::restart_read_deadline(Deadline deadline) {
    restart_read_deadline(state_->loop.left(deadline));
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

void Socket::Side::begin(Waiter& who, Duration timeout, Wheel& wheel) {
    CHECK(waiter == nullptr && "one waiter for each direction");
    waiter = &who;
    restart_deadline(timeout, wheel);
}

void Socket::Side::end() {
    waiter = nullptr;
    drop_deadline();
}

void Socket::Side::restart_deadline(Duration timeout, Wheel& wheel) {
    expired = timeout <= Duration::zero();
    if (waiter != nullptr && yields) {
        wheel.set(*this, Duration::zero());
    } else if (waiter == nullptr || timeout == kForever) {
        drop_deadline();
    } else {
        wheel.set(*this, timeout);
    }
}

void Socket::Side::wake(Wake how) {
    if (waiter == nullptr) {
        return;
    }
    drop_deadline();
    yields = false;
    const Wake told = expired && how == Wake::ready ? Wake::timeout : how;
    std::exchange(waiter, nullptr)->on_wake(told);
}

void Socket::Side::on_ready() {
    ready = true;
    wake(Wake::ready);
}

void Socket::Side::on_deadline() noexcept {
    if (yields) {
        return on_ready();
    }
    pollfd asked{fd_.get(), events_, 0};
    if (::poll(&asked, 1, 0) > 0) {
        on_ready();
    } else {
        wake(Wake::timeout);
    }
}

bool Socket::Wait::await_ready() {
    if (state_.cancelled) {
        wake_ = Wake::cancelled;
        return true;
    }
    return side_.ready && !side_.yields && timeout_ > Duration::zero();
}

}  // namespace portcullis::stream
