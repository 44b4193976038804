#include "tests/support/eventually.h"

#include <thread>

namespace portcullis::test {

bool eventually(const std::function<bool()>& question, Timeout timeout) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!question()) {
        if (std::chrono::steady_clock::now() >= deadline) {
            return false;
        }
        std::this_thread::sleep_for(3ms);
    }
    return true;
}

}  // namespace portcullis::test
