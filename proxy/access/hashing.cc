#include "proxy/access/hashing.h"

#include <openssl/crypto.h>

#include <coroutine>
#include <crypt.h>
#include <cstring>
#include <utility>

namespace portcullis::access {
namespace {

// crypt(3) wants 32 KiB of its own, and leaves parts of the password in it.
struct Workspace {
    Workspace() : data{std::make_unique<crypt_data>()} {}

    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    ~Workspace() { OPENSSL_cleanse(data.get(), sizeof *data); }

    std::unique_ptr<crypt_data> data;
};

bool has_hash(const std::string& password, const std::string& hash) {
    const Workspace workspace;
    // A failure is a text that begins with '*', which no hash does.
    const char* made = ::crypt_r(password.c_str(), hash.c_str(), workspace.data.get());
    return made != nullptr && std::strlen(made) == hash.size() &&
           CRYPTO_memcmp(made, hash.data(), hash.size()) == 0;
}

}  // namespace

struct Hashing::Job {
    Job(std::string entered, std::string stored, const std::optional<ClientKeys>& asking)
        : password{std::move(entered)}, hash{std::move(stored)}, client{asking} {}

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    ~Job() { OPENSSL_cleanse(password.data(), password.size()); }

    std::string password;
    std::string hash;
    std::optional<ClientKeys> client;
    bool matches = false;  // written before the job is posted back
    // The loop's thread only.
    bool done = false;
    std::coroutine_handle<> waiter = nullptr;  // null also when nobody waits any more
};

class Hashing::Waiting {
  public:
    explicit Waiting(std::shared_ptr<Job> job) : job_{std::move(job)} {}

    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    // The exchange may end before its hash is there.
    ~Waiting() { job_->waiter = nullptr; }

    bool await_ready() const { return job_->done; }

    void await_suspend(std::coroutine_handle<> waiter) { job_->waiter = waiter; }

    void await_resume() const {}

  private:
    std::shared_ptr<Job> job_;
};

Hashing::~Hashing() {
    if (!thread_.joinable()) {
        return;
    }
    {
        const std::lock_guard lock{mutex_};
        stopped_ = true;
    }
    news_.notify_one();
    thread_.join();
}

Task<Verdict> Hashing::compare(std::string password, std::string hash,
                               const std::optional<ClientKeys>& client) {
    const auto job = std::make_shared<Job>(std::move(password), std::move(hash), client);
    if (client && !pending_.try_add(*client, 1, kPerClientMax, kQueueMax / 2)) {
        co_return Verdict::client_busy;
    }
    bool queued = true;
    {
        const std::lock_guard lock{mutex_};
        if (queue_.size() < kQueueMax) {
            queue_.push_back(job);
        } else {
            queued = false;
        }
    }
    if (!queued) {
        forget(*job);
        co_return Verdict::busy;
    }
    if (!thread_.joinable()) {
        thread_ = std::thread{[this] { run(); }};
    }
    news_.notify_one();
    Waiting waiting{job};
    co_await waiting;
    co_return job->matches ? Verdict::matches : Verdict::differs;
}

void Hashing::forget(const Job& job) {
    if (job.client) {
        pending_.remove(*job.client, 1);
    }
}

void Hashing::run() {
    for (;;) {
        std::shared_ptr<Job> job;
        {
            std::unique_lock lock{mutex_};
            news_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
            if (stopped_) {
                return;
            }
            job = std::move(queue_.front());
            queue_.pop_front();
        }
        job->matches = has_hash(job->password, job->hash);
        loop_.post([this, job = std::move(job)] {
            forget(*job);
            job->done = true;
            if (const auto waiter = std::exchange(job->waiter, nullptr)) {
                waiter.resume();
            }
        });
    }
}

}  // namespace portcullis::access
