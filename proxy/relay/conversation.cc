#include "proxy/relay/conversation.h"

#include "proxy/relay/answer.h"
#include "proxy/relay/compose.h"
#include "proxy/relay/http1_origin.h"
#include "proxy/relay/tunnel.h"
#include "proxy/relay/upload.h"

namespace portcullis::relay {
namespace {

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

Task<Fault> answer(Exchange& x) {
    const Fault fault = co_await read_answer_head(x);
    if (fault != Fault::none) {
        co_return fault;
    }
    if (x.origin->answer().status == 101) {
        co_return co_await tunnel(x);
    }
    co_return co_await pass_answer(x);
}

// One try on the connection that is leased.
Task<Fault> attempt(Exchange& x, OriginSide& origin, const http::OutgoingRequest& request) {
    const Talking talking{x, origin};
    origin.begin_request(request);
    if (const Fault fault = co_await begin_upload(x); fault != Fault::none) {
        co_return x.explain(fault);
    }
    x.sent = Exchange::Clock::now();
    Task<> uploading;
    if (!x.upload_done) {
        uploading = upload(x);
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
bool may_retry(const Exchange& x, const OriginSide& origin, bool reused, Fault fault) {
    if (!x.body_here || x.client.answer_begun() || origin.answered()) {
        return false;
    }
    return origin.untouched() || (retry(fault) == Retry::if_reused && reused && x.idempotent);
}

}  // namespace

Task<Fault> converse(Exchange& x) {
    if (const Fault fault = take_body_begin(x); fault != Fault::none) {
        co_return fault;
    }
    const http::OutgoingRequest request = compose_request(x);
    const auto routed = Exchange::Clock::now();
    origin::Reached reached = co_await x.service->reach(x.context.loop);
    for (bool first_try = true;; first_try = false) {
        x.lease = std::move(reached.lease);
        x.record.connect = Exchange::since(routed);
        if (x.lease.endpoint()) {
            x.endpoint = x.lease.endpoint();
        }
        if (reached.fault != Fault::none) {
            co_return reached.fault;
        }
        const bool reused = x.lease.connection->reused;
        x.context.counters.add(reused ? observe::Count::origin_reuses
                                      : observe::Count::origin_connects);
        Http1Origin origin{x.lease, x.context, x.config().timeouts.body};
        const Fault fault = co_await attempt(x, origin, request);
        if (fault == Fault::none || !first_try || !may_retry(x, origin, reused, fault)) {
            co_return fault;
        }
        x.context.counters.add(observe::Count::retries);
        reached = co_await x.service->reach_anew(x.context.loop, x.lease.endpoint());
    }
}

}  // namespace portcullis::relay
