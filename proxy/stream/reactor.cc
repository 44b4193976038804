#include "proxy/stream/reactor.h"

#include "base/check.h"

namespace portcullis::stream {
namespace {

epoll_event both_directions(Reactor::Source& source) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &source;
    return event;
}

}  // namespace

Reactor::Reactor() : epoll_{::epoll_create1(EPOLL_CLOEXEC)} {
    CHECK(epoll_ && "no epoll set: too many descriptors, or no memory");
}

bool Reactor::add(int fd, Source& source) {
    epoll_event event = both_directions(source);
    return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Reactor::report_again(int fd, Source& source) {
    epoll_event event = both_directions(source);
    CHECK(::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event) == 0 && "it was never added");
}

void Reactor::remove(int fd) noexcept {
    (void)::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void Reactor::forget(const Source& source) noexcept {
    for (std::size_t i = next_; i < count_; ++i) {
        if (batch_[i].data.ptr == &source) {
            batch_[i].data.ptr = nullptr;
        }
    }
}

std::size_t Reactor::turn(std::chrono::milliseconds wait_max) {
    const int ready = ::epoll_wait(epoll_.get(), batch_.data(), static_cast<int>(kBatch),
                                   static_cast<int>(wait_max.count()));
    count_ = ready > 0 ? static_cast<std::size_t>(ready) : 0;  // EINTR: nothing, for this turn
    for (next_ = 0; next_ < count_;) {
        const epoll_event event = batch_[next_++];
        if (event.data.ptr != nullptr) {
            static_cast<Source*>(event.data.ptr)->on_events(event.events);
        }
    }
    return count_;
}

}  // namespace portcullis::stream
