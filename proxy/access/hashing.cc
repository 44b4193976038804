#include "proxy/access/hashing.h"

#include <boost/intrusive/list.hpp>

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

// One of those who wait for a job. Leaves its list when its exchange ends before the hash is there.
class Hashing::Waiting : public boost::intrusive::list_base_hook<
                             boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    explicit Waiting(std::shared_ptr<Job> job) : job_{std::move(job)} {}

    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    bool await_ready() const;
    void await_suspend(std::coroutine_handle<> waiting);

    void await_resume() const {}

    void resume() { waiting_.resume(); }

  private:
    std::shared_ptr<Job> job_;
    std::coroutine_handle<> waiting_;
};

struct Hashing::Job {
    Job(const PasswordCache::Key& asked, std::string entered, std::string stored,
        const std::optional<ClientKeys>& asking)
        : question{asked}, password{std::move(entered)}, hash{std::move(stored)}, client{asking} {}

    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

    ~Job() { OPENSSL_cleanse(password.data(), password.size()); }

    const PasswordCache::Key question;
    std::string password;
    std::string hash;
    std::optional<ClientKeys> client;
    bool matches = false;  // written before the job is posted back
    // The loop's thread only.
    bool done = false;
    boost::intrusive::list<Waiting, boost::intrusive::constant_time_size<false>> waiting;
};

bool Hashing::Waiting::await_ready() const {
    return job_->done;
}

void Hashing::Waiting::await_suspend(std::coroutine_handle<> waiting) {
    waiting_ = waiting;
    job_->waiting.push_back(*this);
}

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

Task<Verdict> Hashing::compare(const PasswordCache::Key& question, std::string password,
                               std::string hash, const std::optional<ClientKeys>& client) {
    const auto found = pending_.find(question);
    std::shared_ptr<Job> job = found != pending_.end() ? found->second : nullptr;
    if (!job) {
        job = std::make_shared<Job>(question, std::move(password), std::move(hash), client);
        if (const std::optional<Verdict> refused = ask(job)) {
            co_return *refused;
        }
    }
    Waiting waiting{job};
    co_await waiting;
    co_return job->matches ? Verdict::matches : Verdict::differs;
}

// Nothing: the job is on its way. Else why it is not.
std::optional<Verdict> Hashing::ask(const std::shared_ptr<Job>& job) {
    // Those that wait, and the one that is computed.
    if (pending_.size() > kQueueMax) {
        return Verdict::busy;
    }
    if (job->client && !clients_.try_add(*job->client, 1, kPerClientMax, kQueueMax / 2)) {
        return Verdict::client_busy;
    }
    pending_.emplace(job->question, job);
    {
        const std::lock_guard lock{mutex_};
        queue_.push_back(job);
    }
    if (!thread_.joinable()) {
        thread_ = std::thread{[this] { run(); }};
    }
    news_.notify_one();
    return std::nullopt;
}

// Whoever is resumed may end others that wait, and may ask anew.
void Hashing::finish(Job& job) {
    pending_.erase(job.question);
    if (job.client) {
        clients_.remove(*job.client, 1);
    }
    job.done = true;
    while (!job.waiting.empty()) {
        Waiting& first = job.waiting.front();
        job.waiting.pop_front();
        first.resume();
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
        loop_.post([this, job = std::move(job)] { finish(*job); });
    }
}

}  // namespace portcullis::access
