// A real worker on a loopback port, between real clients and a scripted origin.
#pragma once

#include "proxy/stream/listen.h"
#include "proxy/worker/worker.h"
#include "tests/proxy/tls/certificates.h"
#include "tests/support/raw_client.h"
#include "tests/support/raw_origin.h"

#include <atomic>
#include <cstdint>
#include <fcntl.h>
#include <functional>
#include <memory>
#include <signal.h>
#include <string>
#include <utility>
#include <vector>

namespace portcullis::test {

using Change = std::function<void(Config&)>;

// shop.test goes to a service at that port of 127.0.0.1.
inline relay::Published published(std::uint16_t origin, const Change& change = {}) {
    auto config = shop_config();
    ServiceConfig service;
    service.name = "shop";
    service.endpoints = {{IpAddress::parse("127.0.0.1").value(), origin}};
    config->services.push_back(service);
    config->routes.push_back({HostPattern::parse("shop.test").value(), "/", "shop"});
    if (change) {
        change(*config);
    }
    return {config, std::make_shared<const route::Table>(*config)};
}

class RunningWorker {
  public:
    explicit RunningWorker(const relay::Published& site) {
        ::signal(SIGPIPE,
                 SIG_IGN);  // OpenSSL's own socket BIO, in the clients, does not prevent it
        Fd listener = stream::listen_on({IpAddress::parse("127.0.0.1").value(), 0}).value();
        sockaddr_storage storage{};
        socklen_t length = sizeof storage;
        ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&storage), &length);
        port_ = SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage)).port;
        copy_.reset(::fcntl(listener.get(), F_DUPFD_CLOEXEC, 3));
        std::vector<Fd> listeners;
        listeners.push_back(std::move(listener));
        worker_ = worker::Worker::make(site, tls::TicketKeys::fresh(), std::move(listeners), *log_,
                                       shared_)
                      .value();
    }

    RunningWorker(const RunningWorker&) = delete;
    RunningWorker& operator=(const RunningWorker&) = delete;

    // Cuts off what is open, and waits for the thread's end.
    ~RunningWorker() {
        if (started_) {
            worker_->drain(Duration::zero());
            worker_->join();
        }
    }

    // As another process has it; without this call there is none while it runs.
    [[nodiscard]] Fd copy_of_listener() { return std::move(copy_); }

    void start() {
        copy_.reset();
        started_ = true;
        worker_->start([this] { ended_ = true; });
    }

    [[nodiscard]] bool ended() const { return ended_; }

    [[nodiscard]] limit::Shared& shared() { return shared_; }

    // Until it has done all that it was told before.
    void settle() const {
        const auto halt = std::make_shared<worker::Halt>(1);
        worker_->halt(halt);
        halt->arrived.wait();
        halt->over.count_down();
    }

    [[nodiscard]] worker::Worker* operator->() const { return worker_.get(); }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] RawClient connect(const std::string& name = "shop.test") const {
        return RawClient::tls(port_, {.server_name = name});
    }

    template <class What>
    [[nodiscard]] std::uint64_t count(What what) const {
        return worker_->counters().of(what);
    }

    template <class What>
    [[nodiscard]] bool counts(What what, std::uint64_t times) const {
        return eventually([&] { return count(what) == times; });
    }

  private:
    std::unique_ptr<observe::AccessLog> log_ = observe::AccessLog::open({}).value();
    limit::Shared shared_{Limits{}};
    std::uint16_t port_ = 0;
    Fd copy_;
    std::unique_ptr<worker::Worker> worker_;
    std::atomic<bool> ended_ = false;
    bool started_ = false;
};

inline std::string get(std::string_view path) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: shop.test\r\n\r\n";
}

}  // namespace portcullis::test
