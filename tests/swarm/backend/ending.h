// How a server ends, as its connections see it. They wait on fd() beside their socket.
// begin() is called once, by the main thread; the rest by any.
#pragma once

#include <condition_variable>
#include <mutex>

namespace backend {

class Ending {
  public:
    Ending();

    // Readable from begin() on, for ever.
    [[nodiscard]] int fd() const { return ends_[0]; }

    [[nodiscard]] bool begun() const;
    void begin();

    void enter();
    void leave();
    void wait_for_all();  // until as many have left as have entered

  private:
    int ends_[2];  // of a pipe; the second is closed when it begins
    std::mutex mutex_;
    std::condition_variable left_;
    int live_ = 0;
};

}  // namespace backend
