#include "proxy/origin/shared_attempt.h"

namespace portcullis::origin {

void SharedAttempt::end(Fault how) {
    under_way_ = false;
    Waiters told;
    told.swap(waiters_);
    while (!told.empty()) {
        Waiter& next = told.front();
        told.pop_front();
        next.how = how;
        next.told.wake(stream::Wake::ready);
    }
}

Task<Fault> SharedAttempt::wait(stream::Loop& loop) {
    Waiter waiter{loop};
    waiters_.push_back(waiter);
    co_await waiter.told.wait(stream::kForever);
    co_return waiter.how;
}

}  // namespace portcullis::origin
