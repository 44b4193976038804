// Compares passwords with hashes of crypt(3), beside the loop: a hash takes as long as thousands of
// requests, and nobody else shall wait for it.
#pragma once

#include "base/client_tally.h"
#include "base/task.h"
#include "proxy/access/password_cache.h"
#include "proxy/stream/loop.h"

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

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
    // question: PasswordCache::key_of() user, password and hash. Those who ask the same share one
    // computation: a browser that asks for a page's fifty parts has one password, and is one guess.
    // client: who asks; nobody where a proxy of ours does not say. The client that asked first is
    // counted until the password has been hashed, even when it leaves before, because the others
    // wait that long.
    Task<Verdict> compare(const PasswordCache::Key& question, std::string password,
                          std::string hash, const std::optional<ClientKeys>& client = {});

  private:
    struct Job;
    class Waiting;

    std::optional<Verdict> ask(const std::shared_ptr<Job>& job);
    void finish(Job& job);
    void run();

    stream::Loop& loop_;
    // The loop's thread only: what waits or is being computed, and whose it is.
    std::unordered_map<PasswordCache::Key, std::shared_ptr<Job>, PasswordCache::Spread> pending_;
    ClientTally clients_;
    std::thread thread_;  // joinable exactly after the first compare()
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<std::shared_ptr<Job>> queue_;  // guarded by mutex_
    bool stopped_ = false;                    // guarded by mutex_
};

}  // namespace portcullis::access
