#include "proxy/origin/parking.h"

namespace portcullis::origin {

Task<Parking::End> Parking::wait(stream::Loop& loop, Duration time, std::size_t limit,
                                 stream::CancelToken* cancel) {
    if (stream::CancelToken::is_cancelled(cancel)) {
        co_return End::cancelled;
    }
    if (time <= Duration::zero()) {
        co_return End::time_over;
    }
    if (parked_ >= limit) {
        co_return End::full;
    }
    Waiter waiter{*this, loop};
    waiters_.push_back(waiter);
    const stream::CancelToken::Wait named{cancel, waiter.told};
    const stream::Wake wake = co_await waiter.told.wait(time);
    co_return wake == stream::Wake::ready ? End::look_again
    : wake == stream::Wake::cancelled     ? End::cancelled
                                          : End::time_over;
}

void Parking::wake() {
    while (!waiters_.empty()) {
        Waiter& next = waiters_.front();
        waiters_.pop_front();
        next.loop.defer(next);
    }
}

}  // namespace portcullis::origin
