#include "proxy/relay/conversation.h"

#include "base/log.h"
#include "proxy/http/media_type.h"
#include "proxy/relay/affinity.h"
#include "proxy/relay/answer.h"
#include "proxy/relay/compose.h"
#include "proxy/relay/leased_origin.h"
#include "proxy/relay/proxy_header.h"
#include "proxy/relay/tunnel.h"
#include "proxy/relay/upload.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

// An origin that ends its connections after few requests, and of many at once takes few on each,
// does not look at the others (RFC 9113, 8.7).
constexpr std::size_t kUnseenMax = 30;

// An answer that the route would rather have from another endpoint.
bool is_declined(const Exchange& x) {
    if (x.tries_left == 0 || !x.idempotent || !x.body_here || !x.upload_done) {
        return false;
    }
    const int status = x.origin->answer().status;
    const bool unwanted = (status == 502 && x.wants_retry_on(RetryOn::bad_gateway)) ||
                          (status == 503 && x.wants_retry_on(RetryOn::unavailable)) ||
                          (status == 504 && x.wants_retry_on(RetryOn::gateway_timeout));
    // Without a try left in the service's budget a bad answer is better than none.
    return unwanted && x.service->take_retry();
}

// A response that may be silent for long without being over.
bool may_be_silent(const http::ResponseHead& head) {
    const http::Field* const type = head.find("Content-Type");
    return type != nullptr && http::is_stream(type->value);
}

Task<Fault> answer(Exchange& x) {
    const Fault fault = co_await read_answer_head(x);
    if (fault != Fault::none) {
        co_return fault;
    }
    x.try_status = x.origin->answer().status;
    x.lease.endpoint()->latency().note(x.record.first_byte, Exchange::Clock::now());
    if (x.try_status == 101) {
        // What is still to be sent of the request would be the tunnel's first bytes.
        if (!x.upload_done) {
            co_return Fault::origin_bad_answer;
        }
        co_return co_await tunnel(x);
    }
    // To the client a 2xx would be a tunnel. The endpoint has done nothing wrong.
    if (x.extended_connect && x.try_status < 300) {
        co_return Fault::tunnel_refused;
    }
    if (!x.streams && may_be_silent(x.origin->answer())) {
        x.begin_stream();
    }
    if (is_declined(x)) {
        x.moving = true;
        co_return Fault::origin_bad_answer;
    }
    co_return co_await pass_answer(x);
}

// Nothing of an answer was seen, and nothing that was sent can have changed anything that a second
// try would not.
bool is_safe(const Exchange& x, const OriginSide& origin) {
    return x.body_here && !x.client.answer_begun() &&
           (origin.untouched() || (x.idempotent && (x.moving || !origin.answered())));
}

// Whether the route has such a request tried again.
bool wants_retry(const Exchange& x, Fault fault) {
    // An endpoint that has just closed the connection does so again.
    const bool elsewhere = x.service->traffic()->fleet.available_besides(*x.lease.endpoint());
    return (fault == Fault::origin_reset && x.wants_retry_on(RetryOn::reset) && elsewhere) ||
           (fault == Fault::origin_timeout && x.wants_retry_on(RetryOn::timeout));
}

// While this lives the exchange has an origin, which it may be cut off from: by its worker, and to
// go elsewhere when that origin has fallen silent.
class Talking final : public origin::SilenceListener {
  public:
    Talking(Exchange& x, OriginSide& origin) : x_{x} {
        x_.origin = &origin;
        x_.client.connection().origins.push_back(origin);
        x_.lease.endpoint()->listen(*this);
    }

    Talking(const Talking&) = delete;
    Talking& operator=(const Talking&) = delete;

    ~Talking() { x_.origin = nullptr; }

    // What may not be repeated, and so stays, is told once.
    [[nodiscard]] bool unheard() const override {
        return !told_ && x_.awaits_head && x_.lease.stream().unheard();
    }

    void on_silence() noexcept override {
        told_ = true;
        if (x_.awaits_head && x_.tries_left > 0 && is_safe(x_, *x_.origin) &&
            wants_retry(x_, Fault::origin_reset) && x_.service->take_retry()) {
            x_.moving = true;
            x_.abort(Fault::origin_timeout);
        }
    }

  private:
    Exchange& x_;
    bool told_ = false;
};

// One try on the connection that is leased.
Task<Fault> attempt(Exchange& x, OriginSide& origin, const http::OutgoingRequest& request) {
    const Talking talking{x, origin};
    origin.begin_request(request);
    x.upload_done = false;
    x.aborted = Fault::none;
    x.try_status = 0;
    Task<> uploading = upload(x);
    if (!x.upload_done) {
        x.sent = Exchange::Clock::now();
    }
    const Fault fault = x.explain(co_await answer(x));
    if (!uploading.done()) {
        // Whatever the rest of the body was going to be, nobody wants it any more.
        origin.cancel();
        x.client.interrupt_read();
        co_await std::move(uploading);
    }
    co_return fault;
}

void tell_news(const origin::Endpoint& endpoint, const ServiceConfig& service) {
    log_warning("origin", endpoint.text() + " of the service " + service.name +
                              " cannot be reached securely: " + std::string{endpoint.trouble()});
}

void tell_ejected(const std::vector<std::shared_ptr<origin::Endpoint>>& ejected,
                  const ServiceConfig& service) {
    const auto now = Exchange::Clock::now();
    for (const auto& endpoint : ejected) {
        log_warning("origin",
                    endpoint->text() + " of the service " + service.name +
                        " is left out for a while: " + std::string{endpoint->stats()->why(now)});
    }
}

// How the try has ended, for what is thought of its endpoint. An idle connection that was closed
// says nothing. A client that has left is never counted against the endpoint, whatever the endpoint
// did when its exchange was called off; nor is the silence of a stream.
void note_outcome(Exchange& x, const OriginSide& origin, Fault fault, bool reused) {
    const bool excused =
        origin.untouched() || (reused && fault == Fault::origin_reset && !origin.answered());
    const bool failed = !x.moving && x.left == Fault::none && blame(fault) == Blame::origin;
    if (excused || (!failed && x.try_status == 0)) {
        return;
    }
    const origin::Outcome outcome{failed, x.try_status, x.record.first_byte};
    tell_ejected(x.service->note(x.lease.endpoint(), outcome), x.service->config());
}

void count(observe::Counters& counters, const origin::Lease& lease) {
    if (lease.reused()) {
        counters.add(observe::Count::origin_reuses);
        return;
    }
    counters.add(observe::Count::origin_connects);
    if (const tls::Session* const tls = lease.stream().tls()) {
        counters.add(observe::Count::origin_handshakes);
        if (tls->resumed()) {
            counters.add(observe::Count::origin_handshakes_resumed);
        }
    }
}

// With TLS 1.3 a server refuses the client's certificate, or the lack of one, after the handshake
// is over for the client: by an alert in place of an answer.
Fault refused_late(Exchange& x, Fault fault) {
    const origin::Connection* const connection = x.lease.connection.get();
    const tls::Session* const tls = connection != nullptr ? connection->stream.tls() : nullptr;
    if (fault != Fault::origin_reset || tls == nullptr || !tls->alerted()) {
        return fault;
    }
    x.record.origin_trouble = tls->trouble();
    return Fault::origin_tls_failed;
}

}  // namespace

Task<Fault> converse(Exchange& x) {
    if (const Fault fault = take_body_begin(x); fault != Fault::none) {
        co_return fault;
    }
    const http::OutgoingRequest request = compose_request(x);
    const auto routed = Exchange::Clock::now();
    x.tries_left = x.route->retry.attempts;
    const std::string prologue =
        proxy_header(x.service->config().proxy_protocol, x.client.connection());
    origin::Wish wish = wish_of(x);
    wish.prologue = prologue;
    wish.cancel = &x.cancel;
    wish.client = x.share;
    origin::Reached reached = co_await x.service->reach(x.context.loop, wish);
    bool may_be_stale = true;
    std::size_t unseen = 0;
    for (;;) {
        x.lease = std::move(reached.lease);
        x.record.connect = Exchange::since(routed);
        if (x.lease.endpoint()) {
            x.endpoint = x.lease.endpoint();
        }
        if (reached.news) {
            tell_news(*reached.news, x.service->config());
        }
        tell_ejected(reached.ejected, x.service->config());
        if (reached.fault != Fault::none) {
            x.record.origin_trouble = reached.trouble;
            const bool away = reached.fault == Fault::origin_refused ||
                              reached.fault == Fault::origin_connect_timeout;
            if (!away || x.tries_left == 0 || !x.wants_retry_on(RetryOn::connect) ||
                !x.service->take_retry()) {
                co_return x.explain(reached.fault);
            }
            --x.tries_left;
            x.context.counters.add(observe::Count::retries);
            reached = co_await x.service->reach(x.context.loop, wish);
            continue;
        }
        if (x.left != Fault::none) {
            co_return x.left;  // while the connection was made that others wait for as well
        }
        const bool reused = x.lease.reused();
        count(x.context.counters, x.lease);
        LeasedOrigin leased{x.lease, x.context, x.body_timeout()};
        OriginSide& origin = leased.side();
        const Fault fault = co_await attempt(x, origin, request);
        note_outcome(x, origin, fault, reused);
        if (fault == Fault::none || x.left != Fault::none || !is_safe(x, origin)) {
            co_return refused_late(x, fault);
        }
        const bool was_unseen = origin.untouched() && ++unseen <= kUnseenMax;
        const bool was_stale = may_be_stale && reused && retry(fault) == Retry::if_reused;
        if (was_unseen || was_stale) {
            // No try of the route's: the origin may have closed an idle connection the moment
            // before, or has said that it has not looked at the request.
            may_be_stale = may_be_stale && was_unseen;
            x.context.counters.add(observe::Count::retries);
            reached =
                co_await x.service->reach_anew(x.context.loop, x.lease.endpoint(), wish, routed);
            continue;
        }
        if (!x.moving &&
            (x.tries_left == 0 || !wants_retry(x, fault) || !x.service->take_retry())) {
            co_return fault;
        }
        --x.tries_left;
        x.moving = false;
        x.context.counters.add(observe::Count::retries);
        wish.tried.push_back(x.lease.endpoint().get());
        reached = co_await x.service->reach(x.context.loop, wish);
    }
}

}  // namespace portcullis::relay
