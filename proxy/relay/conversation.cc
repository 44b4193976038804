#include "proxy/relay/conversation.h"

#include "base/log.h"
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

// While this lives the exchange has an origin, and the worker can cut it off.
class Talking {
  public:
    Talking(Exchange& x, OriginSide& origin) : x_{x} {
        x_.origin = &origin;
        x_.client.connection().origins.push_back(origin);
    }

    Talking(const Talking&) = delete;
    Talking& operator=(const Talking&) = delete;

    ~Talking() { x_.origin = nullptr; }

  private:
    Exchange& x_;
};

bool wants(const Exchange& x, RetryOn reason) {
    const auto& when = x.route->retry.when;
    return std::find(when.begin(), when.end(), reason) != when.end();
}

// An answer that the route would rather have from another endpoint.
bool is_declined(const Exchange& x) {
    if (x.tries_left == 0 || !x.idempotent || !x.body_here || !x.upload_done) {
        return false;
    }
    const int status = x.origin->answer().status;
    return (status == 502 && wants(x, RetryOn::bad_gateway)) ||
           (status == 503 && wants(x, RetryOn::unavailable)) ||
           (status == 504 && wants(x, RetryOn::gateway_timeout));
}

Task<Fault> answer(Exchange& x) {
    const Fault fault = co_await read_answer_head(x);
    if (fault != Fault::none) {
        co_return fault;
    }
    if (x.origin->answer().status == 101) {
        co_return co_await tunnel(x);
    }
    if (is_declined(x)) {
        x.declined = true;
        co_return Fault::origin_bad_answer;
    }
    co_return co_await pass_answer(x);
}

// One try on the connection that is leased.
Task<Fault> attempt(Exchange& x, OriginSide& origin, const http::OutgoingRequest& request) {
    const Talking talking{x, origin};
    origin.begin_request(request);
    x.upload_done = false;
    x.aborted = Fault::none;
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

// Nothing of an answer was seen, and nothing that was sent can have changed anything that a second
// try would not.
bool is_safe(const Exchange& x, const OriginSide& origin) {
    return x.body_here && !x.client.answer_begun() &&
           (origin.untouched() || (x.idempotent && (x.declined || !origin.answered())));
}

// Whether the route has such a request tried again.
bool wants_retry(const Exchange& x, Fault fault) {
    switch (fault) {
        case Fault::origin_reset:
            return wants(x, RetryOn::reset);
        case Fault::origin_timeout:
            return wants(x, RetryOn::timeout);
        default:
            return x.declined;
    }
}

void tell_news(const origin::Endpoint& endpoint, const ServiceConfig& service) {
    log_warning("origin", endpoint.text() + " of the service " + service.name +
                              " cannot be reached securely: " + std::string{endpoint.trouble()});
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
    origin::Reached reached = co_await x.service->reach(x.context.loop, prologue);
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
        if (reached.fault != Fault::none) {
            x.record.origin_trouble = reached.trouble;
            const bool away = reached.fault == Fault::origin_refused ||
                              reached.fault == Fault::origin_connect_timeout;
            if (!away || x.tries_left == 0 || !wants(x, RetryOn::connect)) {
                co_return reached.fault;
            }
            --x.tries_left;
            x.context.counters.add(observe::Count::retries);
            reached = co_await x.service->reach(x.context.loop, prologue);
            continue;
        }
        const bool reused = x.lease.reused();
        count(x.context.counters, x.lease);
        LeasedOrigin leased{x.lease, x.context, x.body_timeout()};
        OriginSide& origin = leased.side();
        const Fault fault = co_await attempt(x, origin, request);
        if (fault == Fault::none || !is_safe(x, origin)) {
            co_return refused_late(x, fault);
        }
        const bool was_unseen = origin.untouched() && ++unseen <= kUnseenMax;
        const bool was_stale = may_be_stale && reused && retry(fault) == Retry::if_reused;
        if (was_unseen || was_stale) {
            // No try of the route's: the origin may have closed an idle connection the moment
            // before, or has said that it has not looked at the request.
            may_be_stale = may_be_stale && was_unseen;
            x.context.counters.add(observe::Count::retries);
            reached = co_await x.service->reach_anew(x.context.loop, x.lease.endpoint(), prologue,
                                                     routed);
            continue;
        }
        if (x.tries_left == 0 || !wants_retry(x, fault)) {
            co_return fault;
        }
        --x.tries_left;
        x.declined = false;
        x.context.counters.add(observe::Count::retries);
        reached = co_await x.service->reach(x.context.loop, prologue);
    }
}

}  // namespace portcullis::relay
