// Compares passwords with hashes of crypt(3), beside the loop: a hash takes as long as thousands of
// requests, and nobody else shall wait for it.
#pragma once

#include "base/client_tally.h"
#include "base/task.h"
#include "proxy/stream/loop.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace portcullis::access {

enum class Verdict : std::uint8_t {
    differs,
    matches,
    busy,         // too many wait already
    client_busy,  // too many of this client's do
};

// One thread for each worker, made when it is first needed. Belongs to the loop's thread, and must
// not outlive the loop.
class Hashing {
  public:
    // Waiting at the same time. Together with the one that is computed this bounds memory (yescrypt
    // takes 16 MiB) and how long the last of them waits, some seconds.
    static constexpr std::size_t kQueueMax = 32;
    // Waiting or being computed, of one client: whoever guesses delays others by no more than
    // these. Networks around a client may have a multiple, of half the queue at most.
    static constexpr std::size_t kPerClientMax = 2;

    explicit Hashing(stream::Loop& loop) : loop_{loop} {}

    Hashing(const Hashing&) = delete;
    Hashing& operator=(const Hashing&) = delete;
    ~Hashing();  // waits for the hash that is being computed

    // Whether the password has this hash. Compares in constant time, in the order of asking.
    // client: who asks; nobody where a proxy of ours does not say. A client that leaves is counted
    // until its password has been hashed, because it keeps the others waiting as long.
    Task<Verdict> compare(std::string password, std::string hash,
                          const std::optional<ClientKeys>& client = {});

  private:
    struct Job;
    class Waiting;

    void run();
    void forget(const Job& job);

    stream::Loop& loop_;
    ClientTally pending_;  // the loop's thread only
    std::thread thread_;   // joinable exactly after the first compare()
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<std::shared_ptr<Job>> queue_;  // guarded by mutex_
    bool stopped_ = false;                    // guarded by mutex_
};

}  // namespace portcullis::access
