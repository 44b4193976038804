#include "tests/swarm/backend/ending.h"

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace backend {

Ending::Ending() {
    if (::pipe2(ends_, O_CLOEXEC) != 0) {
        std::abort();
    }
}

bool Ending::begun() const {
    pollfd end{.fd = fd(), .events = POLLIN, .revents = 0};
    return ::poll(&end, 1, 0) > 0;
}

void Ending::begin() {
    ::close(ends_[1]);  // every poll of the other end wakes up, and none ever sleeps again
}

void Ending::enter() {
    const std::lock_guard lock{mutex_};
    ++live_;
}

void Ending::leave() {
    const std::lock_guard lock{mutex_};
    --live_;
    left_.notify_all();
}

void Ending::wait_for_all() {
    std::unique_lock lock{mutex_};
    left_.wait(lock, [&] { return live_ == 0; });
}

}  // namespace backend
