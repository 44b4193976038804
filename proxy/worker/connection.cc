#include "proxy/worker/connection.h"

#include "proxy/access/address.h"
#include "proxy/http/request_id.h"
#include "proxy/relay/http1.h"
#include "proxy/relay/http2.h"
#include "proxy/relay/local_answer.h"
#include "proxy/relay/pass_through.h"
#include "proxy/tls/hello.h"
#include "proxy/worker/opening.h"

#include <sys/socket.h>

#include <algorithm>

namespace portcullis::worker {

// A connection's place among the worker's: counted and listed while it lives.
class Place {
  public:
    Place(Worker& worker, relay::Client& client) : worker_{worker}, client_{client} {
        worker_.open_.push_back(client_);
        worker_.context_.counters.add(observe::Count::connections_accepted);
    }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place() {
        worker_.open_.erase(worker_.open_.iterator_to(client_));
        if (admitted_) {
            worker_.context_.client_count.leave(client_.address);
        }
        worker_.context_.counters.add(observe::Count::connections_closed);
        worker_.stop_if_empty();
    }

    // Once it is known who the client is; whether it may have one more connection.
    bool admit(std::size_t connections_max) {
        admitted_ = worker_.context_.client_count.try_enter(client_.address, connections_max);
        return admitted_;
    }

  private:
    Worker& worker_;
    relay::Client& client_;
    bool admitted_ = false;
};

namespace {

using Clock = std::chrono::steady_clock;

// Says over plain TCP, in HTTP, that this port speaks TLS.
Task<> answer_plain_http(stream::Stream& stream, relay::Context& context) {
    const http::RequestIds::Id id = context.request_ids.next();
    const std::string page =
        relay::whole_page(context, status(Fault::plain_http), sentence(Fault::plain_http), id);
    const stream::End end = co_await stream.write(page, context.site->config->timeouts.handshake);
    if (end == stream::End::none) {
        co_await stream.linger();
    }
}

// Whether the client may have one more connection, after the others it has and had.
Fault admit(Place& place, const relay::Client& client, relay::Context& context,
            const Config& config) {
    const bool ours = access::contains(config.trusted_proxies, client.address);
    if (!ours) {
        const Fault fault =
            context.shared.clients.connect(config.limits, client.address, Clock::now());
        if (fault != Fault::none) {
            return fault;
        }
    }
    // A proxy of ours stands for many clients, and has as many connections.
    const std::size_t most = ours ? SIZE_MAX : config.limits.connections_per_client;
    return place.admit(most) ? Fault::none : Fault::client_full;
}

// Looked at when room has to be made: those that have been idle for longest.
constexpr std::size_t kEvictionCandidates = 64;

// Closes a connection that carries nothing, for one that wants to come: idle ones, which cost their
// clients nothing, cannot keep everybody out. Of those that have been idle for longest the one
// whose client has most connections, so that whoever has many makes room first. Never one with an
// exchange or a tunnel. False: none is idle.
bool make_room(relay::Context& context) {
    relay::Client* victim = nullptr;
    std::size_t most = 0;
    std::size_t seen = 0;
    for (relay::Client& client : context.idle) {
        const std::size_t connections = context.client_count.connections(client.address);
        if (connections > most) {
            most = connections;
            victim = &client;
        }
        if (++seen == kEvictionCandidates) {
            break;
        }
    }
    if (victim == nullptr) {
        return false;
    }
    context.counters.add(observe::Count::connections_evicted);
    victim->relay::IdleHook::unlink();
    victim->stream.socket().cancel();
    return true;
}

// A proxy of ours, which announces for whom it has made the connection.
bool announces(const Config& config, const IpAddress& address) {
    return access::contains(config.proxy_protocol.from, address);
}

// The first byte, of which nothing is taken where nothing has been taken yet.
Task<Fault> see_first(relay::Client& client, Opening& opening, unsigned char& byte) {
    if (!opening.rest().empty()) {
        byte = static_cast<unsigned char>(opening.rest().bytes().front());
        co_return Fault::none;
    }
    const stream::Wake wake = co_await client.stream.socket().readable(opening.deadline());
    if (wake != stream::Wake::ready) {
        co_return wake == stream::Wake::timeout ? Fault::handshake_timeout : Fault::client_gone;
    }
    const bool seen = ::recv(client.stream.socket().fd(), &byte, 1, MSG_PEEK) == 1;
    co_return seen ? Fault::none : Fault::client_gone;
}

Task<Fault> shake_hands(relay::Client& client, relay::Site& site, Opening& opening) {
    unsigned char byte = 0;
    if (const Fault fault = co_await see_first(client, opening, byte); fault != Fault::none) {
        co_return fault;
    }
    const tls::FirstByte kind = tls::first_byte(byte);
    if (kind != tls::FirstByte::tls) {
        co_return kind == tls::FirstByte::http ? Fault::plain_http : Fault::not_tls;
    }
    const auto begun = Clock::now();
    client.stream.begin_tls(site.contexts->initial(), opening.rest().bytes());
    opening.rest().release();
    const stream::End end = co_await client.stream.handshake(opening.deadline());
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

struct Outcome {
    Fault fault = Fault::none;
    bool passed_through = false;  // and over: nothing is left to be done
};

// What the client did, on the level of TLS, that no client does by mistake.
void count_flood(const relay::Client& client, relay::Context& context) {
    const tls::Session* const tls = client.stream.tls();
    if (tls == nullptr || tls->flood() == tls::TlsFlood::none) {
        return;
    }
    context.note_offence(client.address);
    switch (tls->flood()) {
        case tls::TlsFlood::none:
            break;
        case tls::TlsFlood::key_updates:
            return context.counters.add(observe::Count::key_updates_exceeded);
        case tls::TlsFlood::renegotiation:
            return context.counters.add(observe::Count::renegotiations_refused);
        case tls::TlsFlood::bytes:
            return context.counters.add(observe::Count::tls_bytes_exceeded);
    }
}

// Who the client is, whether its TLS is ours to terminate, and if so the handshake. The site is
// held throughout, because its contexts answer the ClientHello.
Task<Outcome> open_connection(relay::Client& client, Place& place, relay::Context& context) {
    const std::shared_ptr<relay::Site> site = context.site;
    Opening opening{client, context.loop.slab(), context.loop.in(site->config->timeouts.handshake)};
    if (announces(*site->config, client.address)) {
        const Fault fault = co_await opening.take_proxy_header();
        if (fault != Fault::none) {
            co_return Outcome{fault};
        }
    }
    if (const Fault fault = admit(place, client, context, *site->config); fault != Fault::none) {
        co_return Outcome{fault};
    }
    if (site->passes_through) {
        const Opening::Name name = co_await opening.read_name();
        if (name.fault != Fault::none) {
            co_return Outcome{name.fault};
        }
        if (const auto passage = relay::passage_for(*site, name.canonical)) {
            const Fault fault = co_await relay::pass_through(client, opening.rest(), site, *passage,
                                                             name.canonical, context);
            co_return Outcome{fault, true};
        }
    }
    const Fault fault = co_await shake_hands(client, *site, opening);
    co_return Outcome{fault};
}

}  // namespace

Task<> serve_connection(Fd fd, SocketAddress from, Worker& worker) {
    relay::Context& context = worker.context_;
    if (worker.open_.size() >= context.site->config->limits.connections_per_worker &&
        !make_room(context)) {
        context.counters.add(Fault::worker_full);
        co_return;
    }
    if (context.shared.memory.pressure() == limit::Pressure::full) {
        context.counters.add(Fault::out_of_memory);
        co_return;
    }
    relay::Client client{stream::Stream{stream::Socket{context.loop, std::move(fd)}}, from};
    Place place{worker, client};
    const Outcome opened = co_await open_connection(client, place, context);
    if (opened.fault != Fault::none) {
        context.count(opened.fault, client.address);
        count_flood(client, context);
        if (opened.fault == Fault::plain_http) {
            co_await answer_plain_http(client.stream, context);
        }
    }
    if (opened.fault != Fault::none || opened.passed_through) {
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
    count_flood(client, context);
}

}  // namespace portcullis::worker
