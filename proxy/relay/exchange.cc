#include "proxy/relay/exchange.h"

#include "proxy/http/host.h"
#include "proxy/http/path.h"
#include "proxy/http1/upgrade.h"
#include "proxy/relay/conversation.h"
#include "proxy/relay/local_answer.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

bool idempotent(std::string_view method) {
    return method == "GET" || method == "HEAD" || method == "OPTIONS" || method == "PUT" ||
           method == "DELETE" || method == "TRACE";
}

Fault refuse(Exchange& x, http::Refusal why) {
    x.refusal = why;
    return Fault::bad_request;
}

// The request's head, complete, within its limits and its time.
Task<Fault> read_head(Exchange& x) {
    const Limits& limits = x.config().limits;
    const http1::HeadLimits head_limits{limits.request_line.bytes, limits.header_bytes.bytes,
                                        limits.headers};
    const auto deadline = Exchange::Clock::now() + x.config().timeouts.header;
    for (;;) {
        const http1::Step step = x.scratch->request.feed(x.in.bytes(), head_limits);
        if (step == http1::Step::done) {
            co_return Fault::none;
        }
        if (step == http1::Step::failed) {
            co_return refuse(x, x.scratch->request.refusal());
        }
        if (x.in.space().empty() && !x.in.grow()) {
            co_return refuse(x, http::Refusal::header_too_long);
        }
        const auto left = std::chrono::duration_cast<Duration>(deadline - Exchange::Clock::now());
        const stream::Io io = co_await x.client.stream.read(x.in.space(), left);
        if (io.end != stream::End::none) {
            const bool slow = io.end == stream::End::timeout && !x.in.empty();
            co_return slow ? Fault::client_slow_header : Fault::client_gone;
        }
        x.in.commit(io.bytes);
    }
}

// Where the request goes, and everything about it that is needed after its head has left the
// buffer.
Fault judge(Exchange& x) {
    const http::RequestHead& head = x.scratch->request.head();
    x.minor_version = head.minor_version;
    x.to_head = head.method == "HEAD";
    x.idempotent = idempotent(head.method);
    x.method = head.method;
    x.request_framing = http1::request_framing(head);
    if (x.request_framing.refusal != http::Refusal::none) {
        return refuse(x, x.request_framing.refusal);
    }
    const auto authority = http::split_authority(head.authority);
    if (!authority) {
        return refuse(x, http::Refusal::bad_host);
    }
    x.scratch->host = authority->host();
    x.record.host = x.scratch->host;
    x.scratch->logged_path = head.path;
    x.record.path = x.scratch->logged_path;
    // "OPTIONS *" asks about the server as a whole, which is what the host's root stands for here.
    if (!http::normalise(head.path.empty() ? "/" : head.path, x.scratch->path)) {
        return refuse(x, http::Refusal::bad_target);
    }
    x.keep = http1::keeps_alive(head);
    x.upgrade = http1::asks_upgrade(head);
    x.request_id = http::request_id(head, x.client_facts());
    const route::Match match = x.site->routes->match(x.scratch->host, x.scratch->path);
    if (match.kind != route::Match::Kind::found) {
        return match.kind == route::Match::Kind::no_host ? Fault::no_route : Fault::no_path;
    }
    x.service = &x.site->services[match.service];
    x.record.service = x.service->config().name;
    x.route = &x.config().routes[match.route];
    return Fault::none;
}

Task<Fault> run(Exchange& x) {
    if (const Fault fault = co_await read_head(x); fault != Fault::none) {
        co_return fault;
    }
    x.context.counters.add(observe::Count::requests);
    ++x.client.requests;
    x.record.wait = Exchange::since(x.begun);
    x.record.time = std::chrono::system_clock::now();
    if (const Fault fault = judge(x); fault != Fault::none) {
        x.in.consume(x.scratch->request.consumed());
        co_return fault;
    }
    co_return co_await converse(x);
}

void count_answer(observe::Counters& counters, int status) {
    if (status >= 200 && status < 600) {
        const auto family = static_cast<std::size_t>(status / 100 - 2);
        counters.add(static_cast<observe::Count>(
            static_cast<std::size_t>(observe::Count::answers_2xx) + family));
    }
}

void finish(Exchange& x, Fault fault) {
    count_answer(x.context.counters, x.record.status);
    if (fault != Fault::none) {
        x.context.counters.add(fault);
    }
    if (fault == Fault::bad_request) {
        x.context.counters.add(x.refusal);
    }
    x.context.counters.add(observe::Count::request_bytes, x.record.request_bytes);
    x.context.counters.add(observe::Count::answer_bytes, x.record.answer_bytes);
    if (x.config().log.access == "off") {
        return;
    }
    const tls::Session& tls = *x.client.stream.tls();
    const std::string route = x.route != nullptr ? x.route->host.text() + x.route->path : "";
    x.record.route = route;
    x.record.client = x.client.address;
    x.record.method = x.method;
    x.record.request_id = x.request_id;
    x.record.endpoint = x.endpoint ? std::string_view{x.endpoint->text()} : std::string_view{};
    x.record.handshake = x.client.handshake;
    x.record.total = Exchange::since(x.begun);
    x.record.tls_version = tls.version();
    x.record.tls_cipher = tls.cipher();
    x.record.tls_resumed = tls.resumed();
    x.record.fault = fault;
    x.record.refusal = fault == Fault::bad_request ? http::name(x.refusal) : std::string_view{};
    observe::write(x.context.log.text, x.record, x.config().log.client_address);
    ++x.context.log.lines;
}

}  // namespace

Exchange::Exchange(Client& from, stream::Buffer& buffer, Context& worker)
    : client{from},
      in{buffer},
      context{worker},
      site{worker.site},
      scratch{worker.borrow()},
      back{worker.loop.slab(), stream::Slab::kLarge},
      id{worker.request_ids.next()},
      request_id{std::string_view{id}},
      begun{Clock::now()} {}

http::ClientFacts Exchange::client_facts() const {
    const auto& trusted = config().trusted_proxies;
    const bool ours = std::any_of(trusted.begin(), trusted.end(), [this](const Cidr& cidr) {
        return cidr.contains(client.address);
    });
    return {client.address, ours, request_id, client.address_text};
}

void Exchange::abort(Fault why) {
    aborted = why;
    origin().socket().cancel();
}

Task<After> serve_exchange(Client& client, stream::Buffer& in, Context& context) {
    Exchange x{client, in, context};
    const Fault fault = co_await run(x);
    // Nothing was asked: an idle connection was closed, and that is no event.
    if (fault == Fault::client_gone && x.in.empty() && x.method.empty()) {
        co_return After::close;
    }
    const bool cut = fault != Fault::none && x.answer_begun;
    if (fault != Fault::none && !cut) {
        co_await answer_ourselves(x, fault);
    }
    if (fault == Fault::client_slow_reader || fault == Fault::shutdown_deadline) {
        client.stream.abandon();
    }
    finish(x, fault);
    co_return cut ? After::cut : x.keep ? After::keep : After::close;
}

}  // namespace portcullis::relay
