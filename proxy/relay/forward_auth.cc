#include "proxy/relay/forward_auth.h"

#include "proxy/http/via.h"
#include "proxy/relay/affinity.h"
#include "proxy/relay/answer.h"
#include "proxy/relay/leased_origin.h"
#include "proxy/relay/proxy_header.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

using Clock = Exchange::Clock;

constexpr std::size_t kBodyBytesMax = 64U << 10U;  // of a 2xx, read so that its connection stays

// While this lives the worker can cut the question off.
class Asking {
  public:
    Asking(Exchange& x, OriginSide& origin) : x_{x} {
        x_.origin = &origin;
        x_.client.connection().origins.push_back(origin);
    }

    Asking(const Asking&) = delete;
    Asking& operator=(const Asking&) = delete;

    ~Asking() { x_.origin = nullptr; }

  private:
    Exchange& x_;
};

// The path is the one that was routed, in the form that the origin gets, so that all three judge
// the same.
http::OutgoingRequest question(Exchange& x) {
    const ForwardAuth& auth = *x.route->forward_auth;
    const http::RequestHead& head = x.client.request();
    const http::ClientFacts facts = x.client_facts();
    http::FieldList& fields = x.scratch->request_fields;
    fields.clear();
    for (const http::Field& field : head.fields) {
        const bool shown =
            std::any_of(auth.request_headers.begin(), auth.request_headers.end(),
                        [&](const auto& name) { return http::same_name(name, field.name); });
        // What the service behind must not believe, this one must not either.
        if (shown && http::passes(field, facts)) {
            fields.add(field.name, field.value);
        }
    }
    remove_sticky_cookie(x, fields);
    fields.add("X-Forwarded-Method", head.method);
    fields.add("X-Forwarded-Proto", "https");
    fields.add("X-Forwarded-Host", head.authority);
    std::string& uri = fields.text();
    uri.append(x.path).append(head.query);
    fields.add("X-Forwarded-Uri", uri);
    std::string& address = fields.text();
    address = x.address ? x.address->text() : "unknown";
    fields.add("X-Forwarded-For", address);
    fields.add("X-Request-ID", x.request_id);
    http::add_via(fields, head, facts.trusted);  // it may lead back to us, as any service may
    return {.method = "GET",
            .target = auth.path,
            .authority = head.authority,
            .fields = fields.all(),
            .body = {},
            .upgrade = {}};
}

// What is left of the question's time; at least a moment, so that it is always a time-out.
Duration left(Clock::time_point deadline) {
    return std::max(std::chrono::duration_cast<Duration>(deadline - Clock::now()), Duration{1});
}

// Reads the head of the answer proper. False: there is none that can be used.
Task<bool> read_verdict(OriginSide& origin, Clock::time_point deadline) {
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
        const Fault fault = co_await origin.read_head(left(deadline));
        if (fault != Fault::none || origin.answer().status == 101) {
            co_return false;
        }
        if (origin.answer().status >= 200) {
            co_return true;
        }
    }
    co_return false;
}

void keep_answer_headers(Exchange& x, const http::ResponseHead& answer) {
    for (const std::string& name : x.route->forward_auth->answer_headers) {
        for (const http::Field& field : answer.fields) {
            if (http::same_name(field.name, name)) {
                x.auth_fields.push_back({name, std::string{field.value}});
            }
        }
    }
}

// Until the connection is free again, or it costs more than another one would.
Task<> read_rest(OriginSide& origin) {
    for (std::size_t bytes = 0; bytes <= kBodyBytesMax;) {
        const Piece piece = origin.next();
        switch (piece.kind) {
            case Piece::Kind::data:
                bytes += piece.data.size();
                break;
            case Piece::Kind::nothing: {
                const Fault fault = co_await origin.more();
                if (fault != Fault::none) {
                    co_return;
                }
                break;
            }
            case Piece::Kind::failed:
                co_return;
            case Piece::Kind::done:
                origin.finish(true);
                co_return;
        }
    }
}

// The answer of the service is the client's.
Task<Judgement> pass_refusal(Exchange& x) {
    x.upload_done = true;  // of the question, which is all that this connection has carried
    const Fault fault = co_await pass_answer(x);
    co_return Judgement{Gate::answered, fault};
}

Task<Judgement> ask(Exchange& x, OriginSide& origin, const http::OutgoingRequest& request,
                    Clock::time_point deadline) {
    const Asking asking{x, origin};
    origin.begin_request(request);
    const Fault sent = co_await origin.end({});
    if (sent != Fault::none) {
        co_return Judgement{Gate::refused, Fault::auth_unavailable};
    }
    const bool answered = co_await read_verdict(origin, deadline);
    if (!answered) {
        co_return Judgement{Gate::refused, Fault::auth_unavailable};
    }
    const int status = origin.answer().status;
    if (status >= 300) {
        const Judgement judgement = co_await pass_refusal(x);
        co_return judgement;
    }
    keep_answer_headers(x, origin.answer());
    co_await read_rest(origin);
    co_return Judgement{};
}

}  // namespace

Task<Judgement> ask_auth(Exchange& x) {
    const auto asked = Clock::now();
    const auto deadline = asked + x.route->forward_auth->timeout;
    const http::OutgoingRequest request = question(x);
    // An idle connection may have been closed the moment before; the question changes nothing, so
    // that it may be asked again on a new one.
    const std::string prologue =
        proxy_header(x.auth_service->config().proxy_protocol, x.client.connection());
    origin::Wish wish{.prologue = prologue,
                      .patience = x.route->forward_auth->timeout,
                      .cancel = &x.cancel,
                      .client = x.share};
    origin::Reached reached = co_await x.auth_service->reach(x.context.loop, wish);
    for (bool first_try = true;; first_try = false) {
        origin::Lease lease = std::move(reached.lease);
        if (reached.fault == Fault::circuit_share) {
            co_return Judgement{Gate::refused, reached.fault};
        }
        if (reached.fault != Fault::none || x.left != Fault::none || deadline <= Clock::now()) {
            co_return Judgement{Gate::refused, Fault::auth_unavailable};
        }
        const bool reused = lease.reused();
        LeasedOrigin leased{lease, x.context, x.config().timeouts.body};
        OriginSide& origin = leased.side();
        const Judgement judgement = co_await ask(x, origin, request, deadline);
        if (judgement.gate != Gate::refused || !first_try || !reused || origin.answered() ||
            x.left != Fault::none) {
            co_return judgement;
        }
        reached =
            co_await x.auth_service->reach_anew(x.context.loop, lease.endpoint(), wish, asked);
    }
}

}  // namespace portcullis::relay
