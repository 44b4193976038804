#include "proxy/origin/shared_attempt.h"

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

Task<Fault> SharedAttempt::wait(stream::Loop& loop) {
    Waiter waiter{loop};
    waiters_.push_back(waiter);
    co_await waiter.told.wait(stream::kForever);
    co_return waiter.how;
}

}  // namespace portcullis::origin
