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

// The rest of the body, or why there is none: a fault of the client, or the origin's time-out.
Task<Fault> pass_rest(Exchange& x) {
    for (;;) {
        const Piece piece = x.request_body.next();
        switch (piece.kind) {
            case Piece::Kind::data: {
                x.record.request_bytes += piece.data.size();
                const Fault fault = co_await x.origin->send(piece.data);
                if (fault != Fault::none) {
                    co_return fault;
                }
                break;
            }
            case Piece::Kind::nothing: {
                const Fault sent = co_await x.origin->flush();
                if (sent != Fault::none) {
                    co_return sent;
                }
                const Fault read = co_await x.client.more();
                if (read != Fault::none) {
                    co_return read;
                }
                break;
            }
            case Piece::Kind::failed:
                co_return refuse(x);
            case Piece::Kind::done:
                co_return co_await x.origin->end(x.client.trailers());
        }
    }
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

Task<Fault> begin_upload(Exchange& x) {
    if (!x.scratch->body_begin.empty()) {
        const Fault fault = co_await x.origin->send(x.scratch->body_begin);
        if (fault != Fault::none) {
            co_return fault;
        }
    }
    x.upload_done = x.body_here;
    if (x.body_here) {
        co_return co_await x.origin->end(x.client.trailers());
    }
    co_return co_await x.origin->flush();
}

Task<> upload(Exchange& x) {
    const Fault fault = co_await pass_rest(x);
    if (fault == Fault::none) {
        x.upload_done = true;
        x.sent = Exchange::Clock::now();
        if (x.awaits_head) {
            x.origin->restart_deadline(x.response_timeout());
            x.client.watch_hangup(x);
        }
    } else if (fault != Fault::origin_reset) {
        // Cancelled, because the answer is complete: then nobody asks why.
        x.abort(fault);
    }
}

}  // namespace portcullis::relay
