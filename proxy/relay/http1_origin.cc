#include "proxy/relay/http1_origin.h"

#include "proxy/http1/writer.h"
#include "proxy/relay/websocket.h"

namespace portcullis::relay {
namespace {

// A head and a short body leave in one packet; a longer body is written from where it is.
constexpr std::size_t kGather = 1U << 10U;

constexpr int kSwitchingProtocols = 101;

}  // namespace

Http1Origin::Http1Origin(origin::Lease& lease, Context& context, Duration timeout)
    : lease_{lease},
      lenient_{lease.endpoint()->response_parsing() == ResponseParsing::lenient},
      work_{context.answers},
      in_{context.loop.slab(), stream::Slab::kLarge},
      flow_{stream(), in_, work_->out, kOriginFaults, kGather, timeout} {}

void Http1Origin::begin_request(const http::OutgoingRequest& request) {
    to_head_ = request.method == "HEAD";
    upgrade_ = request.upgrade;
    if (!request.made_key.empty()) {
        websocket_accept_ = websocket_accept(request.made_key);
    }
    flow_.begin(request.body.kind == http::Body::Kind::open);
    http1::write_request(work_->out, request);
}

Task<Fault> Http1Origin::read_head(Duration timeout) {
    work_->parser.reset();
    section_ = http1::LenientSection{http1::LenientSection::Part::head};
    deadline_ = stream().socket().loop().in(timeout);
    for (;;) {
        const http1::Step step = lenient_ ? parse_lenient_head() : parse_head();
        if (step == http1::Step::done) {
            co_return judge();
        }
        if (step == http1::Step::failed || (in_.space().empty() && !in_.grow())) {
            co_return Fault::origin_bad_answer;
        }
        // The request has only just left: a read before this wait would find nothing.
        const stream::Wake wake = co_await stream().socket().readable(deadline_);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::origin_timeout
                                                    : Fault::shutdown_deadline;
        }
        const stream::Io io = stream().try_read(in_.space());
        if (io.end != stream::End::none) {
            co_return Fault::origin_reset;
        }
        answered_ = answered_ || io.bytes > 0;
        in_.commit(io.bytes);
    }
}

// The head's bytes stay where they are until more is read.
http1::Step Http1Origin::parse_head() {
    const http1::Step step = work_->parser.feed(in_.bytes(), kAnswerLimits);
    if (step == http1::Step::done) {
        in_.consume(work_->parser.consumed());
    }
    return step;
}

http1::Step Http1Origin::parse_lenient_head() {
    if (!section_.feed(in_.bytes())) {
        return http1::Step::more;
    }
    work_->repaired = http1::repaired(in_.bytes().substr(0, section_.consumed()),
                                      http1::LenientSection::Part::head);
    in_.consume(section_.consumed());
    const http1::Step step = work_->parser.feed(work_->repaired, kAnswerLimits);
    return step == http1::Step::done ? step : http1::Step::failed;
}

Fault Http1Origin::judge() {
    const http::ResponseHead& head = answer();
    if (head.status == kSwitchingProtocols) {
        return switches() ? Fault::none : Fault::origin_bad_answer;
    }
    const http1::Framing framing = http1::response_framing(head, to_head_);
    if (framing.refusal != http::Refusal::none) {
        return Fault::origin_bad_answer;
    }
    doubtful_ = doubtful_ || http1::announces_more(head);
    keeps_ = http1::keeps_alive(head) && framing.kind != http1::BodyKind::until_close;
    body_ = http1::body_of(framing);
    flow_.expect(framing, lenient_ ? http1::Tolerance::lenient : http1::Tolerance::padding);
    return Fault::none;
}

// To what was asked for, and to nothing else.
bool Http1Origin::switches() const {
    const http::Field* const upgrade = answer().find("Upgrade");
    if (upgrade_.empty() || upgrade == nullptr || !http::same_name(upgrade->value, upgrade_)) {
        return false;
    }
    const http::Field* const accept = answer().find("Sec-WebSocket-Accept");
    return websocket_accept_.empty() || (accept != nullptr && accept->value == websocket_accept_);
}

void Http1Origin::restart_deadline(Duration timeout) {
    deadline_ = stream().socket().loop().in(timeout);
    stream().socket().restart_read_deadline(deadline_);
}

void Http1Origin::cancel() {
    stream().socket().cancel();
}

void Http1Origin::finish(bool complete) {
    if (keeps_ && !doubtful_ && complete && in_.empty()) {
        lease_.give_back();
    }
}

}  // namespace portcullis::relay
