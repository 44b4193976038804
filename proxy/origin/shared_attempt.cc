#include "proxy/origin/shared_attempt.h"

#include <iterator>

namespace portcullis::origin {

void SharedAttempt::end(Fault how) {
    under_way_ = false;
    while (!waiters_.empty()) {
        Waiter& next = waiters_.front();
        waiters_.pop_front();
        next.how = how;
        next.loop.defer(next);
    }
}

Task<Fault> SharedAttempt::wait(stream::Loop& loop, Clock::time_point since,
                                stream::CancelToken* cancel) {
    if (stream::CancelToken::is_cancelled(cancel)) {
        co_return Fault::shutdown_deadline;
    }
    Waiter waiter{loop, since};
    auto place = waiters_.end();
    while (place != waiters_.begin() && std::prev(place)->since > since) {
        --place;
    }
    waiters_.insert(place, waiter);
    const stream::CancelToken::Wait named{cancel, waiter.told};
    const stream::Wake wake = co_await waiter.told.wait(stream::kForever);
    co_return wake == stream::Wake::cancelled ? Fault::shutdown_deadline : waiter.how;
}

}  // namespace portcullis::origin
