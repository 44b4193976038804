#include "proxy/worker/worker.h"

#include "base/check.h"
#include "proxy/worker/accept.h"
#include "proxy/worker/thread_stack.h"

#include <pthread.h>
#include <signal.h>

namespace portcullis::worker {

Result<std::unique_ptr<Worker>> Worker::make(const relay::Published& published,
                                             std::shared_ptr<const tls::TicketKeys> keys,
                                             std::vector<Fd> listeners, observe::AccessLog& log,
                                             limit::Shared& shared) {
    std::unique_ptr<Worker> worker{new Worker{log, shared}};
    auto site = relay::make_site(published, nullptr);
    if (!site) {
        return site.error();
    }
    worker->keys_ = std::move(keys);
    worker->context_.site = std::move(*site);
    worker->context_.site->contexts->use(worker->keys_);
    worker->show();
    for (Fd& listener : listeners) {
        worker->listeners_.push_back(
            std::make_unique<stream::Socket>(worker->context_.loop, std::move(listener)));
    }
    return worker;
}

Worker::~Worker() {
    CHECK(open_.empty() && "a worker is destroyed with open connections");
}

void Worker::start(std::function<void()> on_end) {
    thread_ = std::thread{[this, on_end = std::move(on_end)] { run(on_end); }};
}

void Worker::use(relay::Published published) {
    post([this, published = std::move(published)] {
        const auto previous = context_.site;
        auto site = relay::make_site(published, previous.get());
        CHECK(site.has_value() && "the owner tries a configuration before it hands it out");
        context_.site = std::move(*site);
        context_.site->contexts->use(keys_);
        relay::retire_missing(*previous, *context_.site);
        health_.use(*context_.site);
        show();
    });
}

void Worker::use(std::shared_ptr<const tls::TicketKeys> keys) {
    post([this, keys = std::move(keys)] {
        keys_ = keys;
        context_.site->contexts->use(keys_);
    });
}

void Worker::halt(std::shared_ptr<Halt> halt) {
    post([halt = std::move(halt)] {
        halt->arrived.count_down();
        halt->over.wait();
    });
}

void Worker::stop_accepting() {
    post([this] { cancel_listeners(); });
}

// accept_connections() takes what the kernel has queued, then closes.
void Worker::cancel_listeners() {
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        if (listeners_[i]) {
            listeners_[i]->cancel();
        }
    }
}

void Worker::drain(Duration deadline, Idle idle) {
    post([this, deadline, idle] {
        context_.draining = true;
        context_.idle_may_ask = idle == Idle::keep;
        cancel_listeners();
        leave_idle(idle);
        ending_ = end_at(deadline);
        stop_if_empty();
    });
}

void Worker::post(std::function<void()> message) {
    context_.loop.post(std::move(message));
}

void Worker::run(const std::function<void()>& on_end) {
    // Signals are for the owner's thread.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    accept_stack_signal();
    pthread_setname_np(pthread_self(), "worker");
    health_.use(*context_.site);
    for (std::size_t i = 0; i < listeners_.size(); ++i) {
        spawn(accept_connections(*this, i));
    }
    context_.loop.run([](void* self) { static_cast<Worker*>(self)->context_.flush_log(); }, this);
    context_.flush_log();
    on_end();
}

void Worker::leave_idle(Idle idle) {
    for (auto at = open_.begin(); at != open_.end();) {
        relay::Client& client = *at++;  // its end takes it, and only it, off the list
        if (client.multiplexed != nullptr) {
            client.multiplexed->drain();
        } else if (client.idle && idle == Idle::close) {
            client.stream.socket().cancel();
        }
    }
}

Task<> Worker::end_at(Duration deadline) {
    co_await stream::Sleep{context_.loop, deadline};
    for (const relay::Client& late : open_) {
        if (!late.idle) {
            context_.counters.add(Fault::shutdown_deadline);
        }
    }
    // Again and again: an exchange that was connecting to its origin has a socket to cancel only
    // afterwards.
    for (;;) {
        cut_all();
        co_await stream::Sleep{context_.loop, 100ms};
    }
}

// Two rounds, because a cancelled wait goes on at once: what it does may be the end of the client.
void Worker::cut_all() {
    for (auto at = open_.begin(); at != open_.end();) {
        relay::Client& client = *at++;
        client.cut_origins();
    }
    for (auto at = open_.begin(); at != open_.end();) {
        relay::Client& client = *at++;
        client.stream.socket().cancel();
    }
}

void Worker::stop_if_empty() {
    if (context_.draining && open_.empty()) {
        context_.loop.stop();
    }
}

}  // namespace portcullis::worker
