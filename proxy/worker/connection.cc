#include "proxy/worker/connection.h"

#include "proxy/http/request_id.h"
#include "proxy/relay/http1.h"
#include "proxy/relay/http2.h"
#include "proxy/relay/local_answer.h"
#include "proxy/tls/hello.h"

#include <sys/socket.h>

#include <algorithm>

namespace portcullis::worker {

// A connection's place among the worker's: counted and listed while it lives.
class Place {
  public:
    Place(Worker& worker, relay::Client& client) : worker_{worker}, client_{client} {
        worker_.open_.push_back(client_);
    }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place() {
        worker_.open_.erase(worker_.open_.iterator_to(client_));
        worker_.clients_.leave(client_.address);
        worker_.context_.counters.add(observe::Count::connections_closed);
        worker_.stop_if_empty();
    }

  private:
    Worker& worker_;
    relay::Client& client_;
};

namespace {

using Clock = std::chrono::steady_clock;

// Says over plain TCP, in HTTP, that this port speaks TLS.
Task<> answer_plain_http(stream::Stream& stream, relay::Context& context) {
    const http::RequestIds::Id id = context.request_ids.next();
    const std::string page =
        relay::whole_page(status(Fault::plain_http), sentence(Fault::plain_http), id);
    const stream::End end = co_await stream.write(page, context.site->config->timeouts.handshake);
    if (end == stream::End::none) {
        co_await stream.linger();
    }
}

// Looks at the first byte without taking it, then shakes hands. The site is held throughout,
// because its contexts answer the ClientHello.
Task<Fault> secure(relay::Client& client, relay::Context& context) {
    const std::shared_ptr<relay::Site> site = context.site;
    const auto begun = Clock::now();
    const Duration timeout = site->config->timeouts.handshake;
    if (const stream::Wake wake = co_await client.stream.socket().readable(timeout);
        wake != stream::Wake::ready) {
        co_return wake == stream::Wake::timeout ? Fault::handshake_timeout : Fault::client_gone;
    }
    unsigned char byte = 0;
    if (::recv(client.stream.socket().fd(), &byte, 1, MSG_PEEK) != 1) {
        co_return Fault::client_gone;
    }
    const tls::FirstByte kind = tls::first_byte(byte);
    if (kind != tls::FirstByte::tls) {
        co_return kind == tls::FirstByte::http ? Fault::plain_http : Fault::not_tls;
    }
    client.stream.begin_tls(site->contexts->initial());
    const auto left = timeout - std::chrono::duration_cast<Duration>(Clock::now() - begun);
    const stream::End end = co_await client.stream.handshake(std::max(left, Duration::zero()));
    client.handshake = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
    switch (end) {
        case stream::End::none:
            co_return Fault::none;
        case stream::End::timeout:
            co_return Fault::handshake_timeout;
        case stream::End::closed:
        case stream::End::cancelled:
            co_return Fault::client_gone;
        case stream::End::reset:
            break;
    }
    co_return client.stream.tls()->refused_sni() ? Fault::unknown_sni : Fault::handshake_failed;
}

}  // namespace

Task<> serve_connection(Fd fd, IpAddress from, Worker& worker) {
    relay::Context& context = worker.context_;
    const Limits& limits = context.site->config->limits;
    if (worker.open_.size() >= limits.connections_per_worker) {
        context.counters.add(Fault::worker_full);
        co_return;
    }
    if (!worker.clients_.try_enter(from, limits.connections_per_client)) {
        context.counters.add(Fault::client_full);
        co_return;
    }
    context.counters.add(observe::Count::connections_accepted);
    relay::Client client{stream::Stream{stream::Socket{context.loop, std::move(fd)}}, from};
    const Place place{worker, client};
    const Fault fault = co_await secure(client, context);
    if (fault != Fault::none) {
        context.counters.add(fault);
        if (fault == Fault::plain_http) {
            co_await answer_plain_http(client.stream, context);
        }
        co_return;
    }
    context.counters.add(observe::Count::handshakes);
    if (client.stream.tls()->resumed()) {
        context.counters.add(observe::Count::handshakes_resumed);
    }
    if (client.stream.tls()->alpn() == "h2") {
        co_await relay::serve_http2(client, context);
    } else {
        co_await relay::serve_http1(client, context);
    }
}

}  // namespace portcullis::worker
