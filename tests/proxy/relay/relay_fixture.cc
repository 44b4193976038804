#include "tests/proxy/relay/relay_fixture.h"

#include "base/file.h"
#include "proxy/relay/http1.h"
#include "proxy/relay/http2.h"
#include "proxy/stream/listen.h"
#include "tests/proxy/tls/certificates.h"

#include <algorithm>
#include <future>
#include <signal.h>

namespace portcullis::test {
namespace {

std::shared_ptr<Config> config_for(std::uint16_t origin, const std::filesystem::path& log,
                                   const Relay::Change& change) {
    auto config = shop_config();
    config->log.access = log.string();
    ServiceConfig service;
    service.name = "shop";
    service.endpoints = {{IpAddress::parse("127.0.0.1").value(), origin}};
    config->services.push_back(service);
    for (const char* host : {"shop.test", "api.test", "*.clinic.test"}) {
        config->routes.push_back({HostPattern::parse(host).value(), "/", "shop"});
    }
    if (change) {
        change(*config);
    }
    return config;
}

constexpr std::size_t kConnectionsMax = 1'000;

std::uint16_t port_of(const Fd& listener) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&storage), &length);
    return SocketAddress::from(reinterpret_cast<const sockaddr*>(&storage)).port;
}

}  // namespace

Relay::Relay(std::uint16_t origin, const Change& change) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL's own socket BIO, in the clients, does not prevent it
    const std::shared_ptr<const Config> config = config_for(origin, dir_.path() / "access", change);
    log_ = observe::AccessLog::open(config->log).value();
    context_ = std::make_unique<relay::Context>(*log_, shared_);
    context_->site =
        relay::make_site({config, std::make_shared<const route::Table>(*config)}, nullptr).value();
    context_->site->contexts->use(tls::TicketKeys::fresh());
    Fd listener = stream::listen_on({IpAddress::parse("127.0.0.1").value(), 0}).value();
    port_ = port_of(listener);
    listener_.emplace(context_->loop, std::move(listener));
    thread_ = std::thread{[this] {
        spawn(accept_all());
        context_->loop.run(nullptr, nullptr);
    }};
}

Relay::~Relay() {
    stop();
}

RawClient Relay::connect(const std::vector<std::string>& alpn) const {
    return RawClient::tls(port_, {.server_name = "shop.test", .alpn = alpn});
}

void Relay::on_thread(const std::function<void(relay::Context&)>& action) {
    std::promise<void> done;
    context_->loop.post([&] {
        action(*context_);
        done.set_value();
    });
    done.get_future().wait();
}

std::string Relay::stop_and_read_log() {
    stop();
    context_->flush_log();
    log_.reset();
    return read_file(dir_.path() / "access").value();
}

Task<> Relay::accept_all() {
    while (co_await listener_->readable(stream::kForever) == stream::Wake::ready) {
        while (auto accepted = stream::accept_next(listener_->fd())) {
            spawn(serve(std::move(accepted->fd)));
        }
        listener_->note_drained();
    }
}

Task<> Relay::serve(Fd fd) {
    relay::Client client{stream::Stream{stream::Socket{context_->loop, std::move(fd)}},
                         {IpAddress::parse("203.0.113.7").value(), 40'000}};
    open_.push_back(&client.stream.socket());
    context_->client_count.try_enter(client.address, kConnectionsMax);
    client.stream.begin_tls(context_->site->contexts->initial());
    if (co_await client.stream.handshake(kPatience) == stream::End::none) {
        if (client.stream.tls()->alpn() == "h2") {
            co_await relay::serve_http2(client, *context_);
        } else {
            co_await relay::serve_http1(client, *context_);
        }
    }
    context_->client_count.leave(client.address);
    std::erase(open_, &client.stream.socket());
}

void Relay::stop() {
    if (!thread_.joinable()) {
        return;
    }
    on_thread([this](relay::Context&) { listener_->cancel(); });
    // Again and again: an exchange that is cut off may have another wait ahead of it.
    eventually([this] {
        bool empty = false;
        on_thread([&](relay::Context&) {
            const auto open = open_;
            for (stream::Socket* const socket : open) {
                if (std::find(open_.begin(), open_.end(), socket) != open_.end()) {
                    socket->cancel();
                }
            }
            empty = open_.empty();
        });
        return empty;
    });
    context_->loop.stop();
    thread_.join();
}

std::string head_of(RawClient& client) {
    return client.read_until("\r\n\r\n");
}

std::string get(std::string_view path, std::string_view headers) {
    return "GET " + std::string{path} + " HTTP/1.1\r\nHost: shop.test\r\n" + std::string{headers} +
           "\r\n";
}

}  // namespace portcullis::test
