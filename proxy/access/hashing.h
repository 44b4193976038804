// Compares passwords with hashes of crypt(3), beside the loop: a hash takes as long as thousands of
// requests, and nobody else shall wait for it.
#pragma once

#include "base/task.h"
#include "proxy/stream/loop.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace portcullis::access {

enum class Verdict : std::uint8_t {
    differs,
    matches,
    busy,  // too many wait already
};

// One thread for each worker, made when it is first needed. Belongs to the loop's thread, and must
// not outlive the loop.
class Hashing {
  public:
    // Waiting at the same time. Together with the one that is computed this bounds memory (yescrypt
    // takes 16 MiB) and how long the last of them waits, some seconds.
    static constexpr std::size_t kQueueMax = 32;

    explicit Hashing(stream::Loop& loop) : loop_{loop} {}

    Hashing(const Hashing&) = delete;
    Hashing& operator=(const Hashing&) = delete;
    ~Hashing();  // waits for the hash that is being computed

    // Whether the password has this hash. Compares in constant time.
    Task<Verdict> compare(std::string password, std::string hash);

  private:
    struct Job;
    class Waiting;

    void run();

    stream::Loop& loop_;
    std::thread thread_;  // joinable exactly after the first compare()
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<std::shared_ptr<Job>> queue_;  // guarded by mutex_
    bool stopped_ = false;                    // guarded by mutex_
};

}  // namespace portcullis::access
