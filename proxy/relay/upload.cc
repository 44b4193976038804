#include "proxy/relay/upload.h"

namespace portcullis::relay {
namespace {

constexpr std::size_t kBeginMax = 16U << 10U;

Fault refuse(Exchange& x) {
    if (x.request_body.exceeded()) {
        return Fault::request_too_large;
    }
    x.refusal = x.client.refusal();
    return Fault::bad_request;
}

Task<Fault> pass_all(Exchange& x) {
    if (!x.scratch->body_begin.empty()) {
        const Fault begun = co_await x.origin->send(x.scratch->body_begin);
        if (begun != Fault::none) {
            co_return begun;
        }
    }
    const Fault fault =
        co_await pass_body(x.request_body, *x.origin, Fault::bad_request, x.record.request_bytes);
    co_return fault == Fault::bad_request ? refuse(x) : fault;
}

}  // namespace

Fault take_body_begin(Exchange& x) {
    std::string& begin = x.scratch->body_begin;
    while (begin.size() < kBeginMax) {
        const Piece piece = x.request_body.next();
        switch (piece.kind) {
            case Piece::Kind::data:
                begin.append(piece.data);
                break;
            case Piece::Kind::done:
                x.body_here = true;
                x.record.request_bytes = begin.size();
                return Fault::none;
            case Piece::Kind::failed:
                return refuse(x);
            case Piece::Kind::nothing:
                x.record.request_bytes = begin.size();
                return Fault::none;
        }
    }
    x.record.request_bytes = begin.size();
    return Fault::none;
}

Task<> upload(Exchange& x) {
    const Fault fault = co_await pass_all(x);
    if (fault == Fault::none) {
        x.upload_done = true;
        x.sent = Exchange::Clock::now();
        if (x.awaits_head) {
            x.origin->restart_deadline(x.response_timeout());
        }
    } else if (fault != Fault::origin_reset) {
        // Cancelled, because the answer is complete: then nobody asks why.
        x.abort(fault);
    }
}

}  // namespace portcullis::relay
