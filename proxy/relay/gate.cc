#include "proxy/relay/gate.h"

#include "proxy/access/address.h"
#include "proxy/limit/quota.h"
#include "proxy/relay/forward_auth.h"
#include "proxy/relay/local_answer.h"

namespace portcullis::relay {
namespace {

bool in_maintenance(const Exchange& x) {
    return x.route->maintenance &&
           !(x.address && access::contains(x.route->maintenance->allow, *x.address));
}

// TRACE shows whoever asks what the service was sent: cookies, and what we say of the client. Some
// services take a method in any letter case, and TRACK for it.
bool is_trace(std::string_view method) {
    return http::same_name(method, "TRACE") || http::same_name(method, "TRACK");
}

// A length that is announced; what is not is counted while it comes.
bool announces_too_much(const Exchange& x) {
    const http::Body body = x.client.body();
    return x.route->request_body_max && body.kind == http::Body::Kind::length &&
           body.length > x.route->request_body_max->bytes;
}

// Where a proxy of ours does not say who the client is, it is the client.
bool takes_quota(Exchange& x) {
    const IpAddress who = x.address.value_or(x.client.connection().address);
    limit::Clients& clients = x.context.shared.clients;
    const limit::QuotaKey key =
        limit::quota_key(*x.route, x.client.request(), who, x.address, clients, x.begun);
    if (key.exceeded) {
        x.context.counters.add(observe::Count::rate_limit_keys_exceeded);
    }
    x.quota = clients.take(key.key, limit::rate_of(*x.route->rate_limit), x.begun);
    return x.quota->allowed;
}

Task<Fault> check_password(Exchange& x) {
    const access::Login login = co_await access::check_login(
        x.client.request(), *x.route->basic_auth->users.loaded, x.share, x.context.passwords);
    switch (login) {
        case access::Login::right:
            co_return Fault::none;
        case access::Login::busy:
            co_return Fault::passwords_busy;
        case access::Login::client_busy:
            co_return Fault::client_logins_busy;
        case access::Login::wrong:
            x.context.counters.add(observe::Count::logins_failed);
            x.context.note_offence(x.client.connection().address);
            break;
        case access::Login::none:
            break;
    }
    co_return Fault::unauthorized;
}

}  // namespace

Task<Judgement> pass_gate(Exchange& x) {
    const RouteConfig& route = *x.route;
    if (!access::admits(route, x.address)) {
        co_return Judgement{Gate::refused, Fault::forbidden};
    }
    if (route.trace == Switch::off && is_trace(x.method)) {
        co_return Judgement{Gate::refused, Fault::method_not_allowed};
    }
    if (in_maintenance(x)) {
        co_return Judgement{Gate::refused, Fault::maintenance};
    }
    if (route.redirect) {
        co_await answer_redirect(x);
        co_return Judgement{Gate::answered};
    }
    if (announces_too_much(x)) {
        co_return Judgement{Gate::refused, Fault::request_too_large};
    }
    if (route.rate_limit && !takes_quota(x)) {
        co_return Judgement{Gate::refused, Fault::rate_limited};
    }
    if (route.basic_auth) {
        const Fault fault = co_await check_password(x);
        if (fault != Fault::none) {
            co_return Judgement{Gate::refused, fault};
        }
    }
    if (route.forward_auth) {
        const Judgement judgement = co_await ask_auth(x);
        co_return judgement;
    }
    co_return Judgement{};
}

}  // namespace portcullis::relay
