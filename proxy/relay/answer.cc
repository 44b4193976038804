#include "proxy/relay/answer.h"

#include "proxy/relay/compose.h"

namespace portcullis::relay {
namespace {

// While this lives an upload that ends says so to whoever waits for the head.
class Awaiting {
  public:
    explicit Awaiting(Exchange& x) : x_{x} { x_.awaits_head = true; }

    Awaiting(const Awaiting&) = delete;
    Awaiting& operator=(const Awaiting&) = delete;

    ~Awaiting() { x_.awaits_head = false; }

  private:
    Exchange& x_;
};

Task<Fault> read_one_head(Exchange& x) {
    const Awaiting awaiting{x};
    co_return co_await x.origin->read_head(x.upload_done ? x.response_timeout() : stream::kForever);
}

bool is_last(Exchange& x) {
    if (x.client.connection().requests < x.config().limits.requests_per_connection) {
        return x.context.draining;
    }
    x.context.counters.add(observe::Count::connections_exhausted);
    return true;
}

}  // namespace

Task<Fault> read_answer_head(Exchange& x) {
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
        const Fault fault = co_await read_one_head(x);
        if (fault != Fault::none) {
            co_return fault;
        }
        if (interim == 0) {
            x.record.first_byte = Exchange::since(x.sent);
        }
        const int status = x.origin->answer().status;
        if (status >= 200 || status == 101) {
            co_return Fault::none;
        }
        // It may be followed by an answer of ours, so it does not count as the answer's beginning.
        const http::OutgoingAnswer head = compose_answer(x);
        const Fault passed = co_await x.client.interim(head);
        if (passed != Fault::none) {
            co_return passed;
        }
    }
    co_return Fault::origin_bad_answer;
}

Task<Fault> pass_answer(Exchange& x) {
    LimitedSource body{*x.origin};
    body.rule(TrailerRules::of_response(*x.route));
    if (x.route->answer_body_max) {
        const http::Body announced = x.origin->body();
        const std::size_t most = x.route->answer_body_max->bytes;
        if (announced.kind == http::Body::Kind::length && announced.length > most) {
            co_return Fault::origin_too_large;
        }
        body.limit(most);
    }
    x.record.status = x.origin->answer().status;
    x.client.begin_answer(compose_answer(x), is_last(x));
    // A service that was asked for the client is asked by GET, and may have a body for its HEAD.
    if (x.to_head && x.origin->body().kind != http::Body::Kind::none) {
        co_return co_await x.client.end({});
    }
    Fault fault =
        co_await pass_body(body, x.client, Fault::origin_bad_answer, x.record.answer_bytes);
    if (body.exceeded()) {
        fault = Fault::origin_too_large;
    }
    if (fault == Fault::none) {
        x.origin->finish(x.upload_done);
    }
    co_return fault;
}

}  // namespace portcullis::relay
