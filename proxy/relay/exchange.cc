#include "proxy/relay/exchange.h"

#include "proxy/access/address.h"
#include "proxy/access/client_certificate.h"
#include "proxy/http/host.h"
#include "proxy/http/list.h"
#include "proxy/http/media_type.h"
#include "proxy/http/path.h"
#include "proxy/http/path_edit.h"
#include "proxy/http/via.h"
#include "proxy/limit/keys.h"
#include "proxy/relay/conversation.h"
#include "proxy/relay/gate.h"
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

std::string_view protocol_of(const http::RequestHead& head) {
    return head.major_version == 2 ? "HTTP/2" : head.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1";
}

// Whether the client may come here, as far as certificates say; and what its origin is told of
// them.
Fault judge_client(Exchange& x, const tls::Trust& trust) {
    tls::ClientIdentity& client = x.client.connection().stream.tls()->client();
    const access::CertificateFacts facts = access::certificate_facts(client, trust);
    const auto now = std::chrono::system_clock::now();
    const Fault fault = access::judge_certificate(x.route->client_certificate, facts, now);
    if (fault != Fault::none) {
        return fault;
    }
    if (access::verified(facts, now)) {
        const tls::CertificateText& text = client.text();
        x.certificate = {"yes", text.subject, text.issuer, text.serial, text.fingerprint};
    } else {
        x.certificate = {facts.verdict ? "no" : "none"};
    }
    return Fault::none;
}

// What the origin is asked for. It is the very path that was matched, or as it was written, and in
// both cases one whose every reading has the access rules of the route that was matched.
Fault decide_path(Exchange& x, const route::Match& match) {
    Scratch& scratch = *x.scratch;
    const bool as_written = x.service != nullptr && !scratch.logged_path.empty() &&
                            x.service->config().path == PathForm::as_written;
    x.path = as_written ? scratch.logged_path : scratch.path;
    x.origin_path = x.path;
    std::string_view edited;
    if (http::edits_path(*x.route)) {
        http::edit_path(*x.route, scratch.path, scratch.edited_path);
        x.origin_path = edited = scratch.edited_path;
    }
    if (scratch.logged_path.empty()) {
        x.origin_path = {};
    }
    // A redirect is our own answer: no origin reads the path.
    if (match.ambiguous && !x.route->redirect &&
        !x.client.site()->routes->agrees(scratch.host, match, x.path, edited)) {
        return refuse(x, http::Refusal::ambiguous_path);
    }
    return Fault::none;
}

// An upgrade that the service does not take is left out, and the request served without it (RFC
// 9110, 7.8). In HTTP/2 there is no request without it.
Fault decide_upgrade(Exchange& x) {
    const std::string_view asked = x.client.upgrade();
    const auto& taken = x.service->config().upgrade;
    if (std::any_of(taken.begin(), taken.end(),
                    [&](const std::string& name) { return http::same_name(name, asked); })) {
        x.upgrade = asked;
    }
    x.extended_connect = !x.client.request().protocol.empty();
    return x.extended_connect && x.upgrade.empty() ? refuse(x, http::Refusal::tunnel_not_served)
                                                   : Fault::none;
}

// Where the request goes, and everything about it that is needed after its head has left the
// buffer.
Fault judge(Exchange& x) {
    const http::RequestHead& head = x.client.request();
    x.idempotent = idempotent(head.method);
    const http::Field* const type = head.find("Content-Type");
    // A request for a tunnel is none: our refusal must not be a 200, which would be the tunnel.
    x.grpc = type != nullptr && http::is_grpc(type->value) && head.protocol.empty();
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
    // RFC 9110, 10.1.1. What else an Expect may say, nobody can do; some origins read it as a
    // 100-continue and some do not, and a request that is read in two ways is no request.
    if (http::lists_other(head.fields, "Expect", "100-continue")) {
        return Fault::expectation_failed;
    }
    if (http::loops(head)) {
        return Fault::loop_detected;
    }
    if (const auto id = http::request_id(head, x.client_facts()); id.data() != x.id.digits.data()) {
        x.scratch->request_id = id;
        x.request_id = x.scratch->request_id;
    }
    Site& site = *x.client.site();
    const route::Match match = site.routes->match(x.scratch->host, x.scratch->path);
    if (match.kind != route::Match::Kind::found) {
        return match.kind == route::Match::Kind::no_host ? Fault::no_route : Fault::no_path;
    }
    x.route = &x.config().routes[match.route];
    if (const tls::Trust* const trust = site.contexts->clients().trust(match.route)) {
        if (const Fault fault = judge_client(x, *trust); fault != Fault::none) {
            return fault;
        }
    }
    x.request_body.rule(TrailerRules::of_request(*x.route, x.grpc));
    if (x.route->request_body_max) {
        x.request_body.limit(x.route->request_body_max->bytes);
    }
    if (x.route->timeouts.body) {
        x.client.use_body_timeout(*x.route->timeouts.body);
    }
    if (match.auth_service != route::kNoService) {
        x.auth_service = site.services[match.auth_service].get();
    }
    if (match.service != route::kNoService) {
        // A passed-through host is answered under its own SNI; this connection is another name's.
        if (site.services[match.service]->config().passthrough == Switch::on) {
            return Fault::no_route;
        }
        x.service = site.services[match.service].get();
        x.record.service = x.service->config().name;
        if (const Fault fault = decide_upgrade(x); fault != Fault::none) {
            return fault;
        }
        // The client's word alone would free it of timeouts.body; an origin that cannot speak gRPC
        // has no streams of it.
        if (x.grpc && x.service->multiplexes()) {
            x.begin_stream();
        }
    }
    return decide_path(x, match);
}

// What every request meets, wherever it goes: whether there is memory for it, and whether it comes
// too soon after others of its client.
Fault admit(Exchange& x) {
    limit::Shared& shared = x.context.shared;
    if (shared.memory.pressure() != limit::Pressure::enough) {
        return Fault::overloaded;
    }
    if (!x.address) {
        return Fault::none;
    }
    const Limits& limits = x.config().limits;
    if (!shared.clients.request(limits, *x.address, x.begun).allowed) {
        return Fault::too_many_requests;
    }
    x.share = limit::keys_of(*x.address);
    x.counted = x.context.requests_under_way.try_add(*x.share, 1, limits.requests_per_client);
    return x.counted ? Fault::none : Fault::client_busy;
}

// Every request whose head was read costs as much as one that is served: who sends malformed ones
// has no more of them than others. Its address is the connection's, because a head that was refused
// names nobody; that of a proxy of ours stands for many.
Fault refuse_malformed(Exchange& x) {
    x.refusal = x.client.refusal();
    const IpAddress& from = x.client.connection().address;
    const bool in_time = access::contains(x.config().trusted_proxies, from) ||
                         x.context.shared.clients.request(x.config().limits, from, x.begun).allowed;
    return in_time ? Fault::bad_request : Fault::too_many_requests;
}

Task<Fault> run(Exchange& x) {
    const Fault read = co_await x.client.read_head();
    if (read != Fault::none && read != Fault::bad_request) {
        co_return read;
    }
    x.method = x.client.request().method;
    x.record.protocol = protocol_of(x.client.request());
    x.to_head = x.method == "HEAD";
    x.record.wait = Exchange::since(x.begun);
    x.record.time = std::chrono::system_clock::now();
    if (read != Fault::none) {
        co_return refuse_malformed(x);
    }
    x.context.counters.add(observe::Count::requests);
    ++x.client.connection().requests;
    x.address = access::client_address(x.client.request(), x.client.connection().address,
                                       x.config().trusted_proxies);
    if (const Fault fault = admit(x); fault != Fault::none) {
        co_return fault;
    }
    x.client.watch_hangup(x);
    if (const Fault fault = judge(x); fault != Fault::none) {
        co_return fault;
    }
    const Judgement judgement = co_await pass_gate(x);
    if (judgement.gate != Gate::passed) {
        co_return judgement.fault;
    }
    // A route without a service redirects or is in maintenance, which was answered.
    if (x.service == nullptr) {
        co_return Fault::no_endpoint;
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
        x.context.count(fault, x.client.connection().address);
    }
    if (fault == Fault::bad_request) {
        x.context.counters.add(x.refusal);
    }
    x.context.counters.add(observe::Count::request_bytes, x.record.request_bytes);
    x.context.counters.add(observe::Count::answer_bytes, x.record.answer_bytes);
    if (x.config().log.access == "off") {
        return;
    }
    Client& connection = x.client.connection();
    const tls::Session& tls = *connection.stream.tls();
    const std::string route = x.route != nullptr ? x.route->host.text() + x.route->path : "";
    x.record.route = route;
    x.record.client = connection.address;
    x.record.method = x.method;
    x.record.request_id = x.request_id;
    x.record.endpoint = x.endpoint ? std::string_view{x.endpoint->text()} : std::string_view{};
    x.record.handshake = connection.handshake;
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

Exchange::Exchange(ClientSide& from)
    : client{from},
      context{from.context()},
      scratch{context.scratches},
      request_body{from},
      id{context.request_ids.next()},
      request_id{std::string_view{id}},
      begun{Clock::now()} {}

http::ClientFacts Exchange::client_facts() const {
    const Client& connection = client.connection();
    const bool ours = access::contains(config().trusted_proxies, connection.address);
    return {connection.address,
            ours,
            request_id,
            connection.address_text,
            certificate ? &*certificate : nullptr,
            route != nullptr ? std::span<const std::string>{route->trusted_headers}
                             : std::span<const std::string>{}};
}

bool Exchange::wants_retry_on(RetryOn reason) const {
    const auto& when = route->retry.when;
    return std::find(when.begin(), when.end(), reason) != when.end();
}

Duration Exchange::response_timeout() const {
    const Duration whole = route->timeouts.response.value_or(service->config().response_timeout);
    const bool may_follow =
        tries_left > 0 && idempotent && body_here && wants_retry_on(RetryOn::timeout);
    return may_follow ? std::min(whole, route->retry.try_timeout.value_or(whole)) : whole;
}

void Exchange::abort(Fault why) {
    aborted = why;
    origin->cancel();
}

Fault Exchange::explain(Fault fault) const {
    if (fault == Fault::shutdown_deadline && left != Fault::none) {
        return left;
    }
    if (fault == Fault::shutdown_deadline && aborted != Fault::none) {
        fault = aborted;
    }
    const bool idle = fault == Fault::client_slow_body || fault == Fault::client_slow_reader ||
                      fault == Fault::origin_slow_body;
    return streams && idle ? Fault::stream_idle : fault;
}

void Exchange::begin_stream() {
    streams = true;
    client.begin_stream(tunnel_timeout());
    if (origin != nullptr) {
        origin->begin_stream(tunnel_timeout());
    }
}

void Exchange::on_hangup(Fault why) noexcept {
    left = why;
    bool destroyed = false;
    destroyed_ = &destroyed;
    if (origin != nullptr) {
        origin->cancel();
    }
    if (!destroyed) {
        cancel.cancel();
    }
    if (!destroyed) {
        client.cancel();
    }
    if (!destroyed) {
        destroyed_ = nullptr;
    }
}

Task<> serve_exchange(ClientSide& client) {
    Exchange x{client};
    Fault fault = co_await run(x);
    // What follows from a client's leaving is not what went wrong.
    if (fault != Fault::none && x.left != Fault::none) {
        fault = x.left;
    }
    // Nothing was asked: an idle connection was closed, and that is no event.
    if (fault == Fault::client_gone && !client.began()) {
        co_return;
    }
    if (fault != Fault::none && !client.answer_begun()) {
        co_await answer_ourselves(x, fault);
    } else if (fault != Fault::none) {
        client.give_up(fault);
    }
    client.unwatch_hangup();
    finish(x, fault);
}

}  // namespace portcullis::relay
