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

Task<Fault> SharedAttempt::wait(stream::Loop& loop, Clock::time_point since) {
    Waiter waiter{loop, since};
    auto place = waiters_.end();
    while (place != waiters_.begin() && std::prev(place)->since > since) {
        --place;
    }
    waiters_.insert(place, waiter);
    co_await waiter.told.wait(stream::kForever);
    co_return waiter.how;
}

}  // namespace portcullis::origin
