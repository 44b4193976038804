#include "proxy/relay/conversation.h"

#include "proxy/http1/writer.h"
#include "proxy/relay/answer.h"
#include "proxy/relay/tunnel.h"
#include "proxy/relay/upload.h"

namespace portcullis::relay {
namespace {

// Writes the request as the origin gets it. A short body that is here already goes with its head,
// in one packet, and can be sent again. From here on the views of the request's head are gone.
void compose(Exchange& x) {
    const http1::RequestParser& parser = x.scratch->request;
    http1::write_request(x.scratch->request_out, parser.head(), x.client_facts(), x.request_framing,
                         x.upgrade);
    x.in.consume(parser.consumed());
    x.upload_done = x.request_framing.kind == http1::BodyKind::none;
    if (x.request_framing.kind == http1::BodyKind::length &&
        x.request_framing.length <= x.in.bytes().size()) {
        const auto length = static_cast<std::size_t>(x.request_framing.length);
        x.scratch->request_out.append(x.in.bytes().substr(0, length));
        x.in.consume(length);
        x.record.request_bytes = length;
        x.upload_done = true;
    }
}

// While this lives the worker can cut the exchange off.
class Cuttable {
  public:
    explicit Cuttable(Exchange& x) : client_{x.client} { client_.origin = &x.origin().socket(); }

    Cuttable(const Cuttable&) = delete;
    Cuttable& operator=(const Cuttable&) = delete;

    ~Cuttable() { client_.origin = nullptr; }

  private:
    Client& client_;
};

// One try on the connection that is leased.
Task<Fault> attempt(Exchange& x) {
    const Cuttable cuttable{x};
    const stream::End end =
        co_await x.origin().write(x.scratch->request_out, x.config().timeouts.body);
    if (end != stream::End::none) {
        co_return end == stream::End::timeout ? Fault::origin_timeout
        : end == stream::End::cancelled       ? x.cancelled()
                                              : Fault::origin_reset;
    }
    x.sent = Exchange::Clock::now();
    Task<> uploading;
    if (!x.upload_done) {
        uploading = upload(x);
    }
    Fault fault = co_await read_answer_head(x);
    if (fault == Fault::none && x.scratch->answer.head().status == 101) {
        fault = co_await tunnel(x);
    } else if (fault == Fault::none) {
        fault = co_await pass_answer(x);
    }
    if (!uploading.done()) {
        // Whatever the rest of the body was going to be, nobody wants it any more.
        x.keep = false;
        x.origin().socket().cancel();
        x.client.stream.socket().interrupt_read();
        co_await std::move(uploading);
    }
    co_return fault;
}

// Nothing of an answer was seen, and nothing that was sent can have changed anything that a second
// try would not.
bool may_retry(const Exchange& x, Fault fault) {
    return retry(fault) == Retry::if_reused && x.lease.connection->reused && x.idempotent &&
           x.upload_done && !x.answer_begun && x.back.empty();
}

}  // namespace

Task<Fault> converse(Exchange& x) {
    compose(x);
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
        x.context.counters.add(x.lease.connection->reused ? observe::Count::origin_reuses
                                                          : observe::Count::origin_connects);
        const Fault fault = co_await attempt(x);
        if (fault == Fault::none || !first_try || !may_retry(x, fault)) {
            co_return fault;
        }
        x.context.counters.add(observe::Count::retries);
        x.scratch->answer.reset();
        reached = co_await x.service->reach_anew(x.context.loop, x.lease.endpoint());
    }
}

}  // namespace portcullis::relay
