#include "proxy/relay/upload.h"

#include "proxy/relay/body.h"
#include "proxy/relay/hangup.h"

namespace portcullis::relay {
namespace {

enum class Sent : std::uint8_t { all, stopped };

Task<Sent> send(Exchange& x, std::string_view bytes) {
    const stream::End end = co_await x.origin().write(bytes, x.config().timeouts.body);
    if (end == stream::End::timeout) {
        x.abort(Fault::origin_timeout);
    }
    co_return end == stream::End::none ? Sent::all : Sent::stopped;
}

// What a body of known length needs no framing for goes out from where it came in.
Task<Sent> send_data(Exchange& x, std::string& framed, std::string_view data) {
    x.record.request_bytes += data.size();
    if (x.request_framing.kind != http1::BodyKind::chunked) {
        co_return co_await send(x, data);
    }
    framed.clear();
    write_body(framed, http1::BodyKind::chunked, data);
    co_return co_await send(x, framed);
}

Fault fault_of(stream::End end) {
    switch (end) {
        case stream::End::timeout:
            return Fault::client_slow_body;
        case stream::End::cancelled:
            return Fault::shutdown_deadline;  // or the answer is complete: then nobody asks
        default:
            return Fault::client_gone;
    }
}

}  // namespace

Task<> upload(Exchange& x) {
    BodyReader reader{x.request_framing};
    std::string framed;
    for (;;) {
        while (!x.in.empty() && !reader.done()) {
            const BodyReader::Piece piece = reader.next(x.in.bytes());
            if (reader.refusal() != http::Refusal::none) {
                x.refusal = reader.refusal();
                x.abort(Fault::bad_request);
                co_return;
            }
            if (!piece.data.empty()) {
                const Sent sent = co_await send_data(x, framed, piece.data);
                if (sent == Sent::stopped) {
                    co_return;
                }
            }
            x.in.consume(piece.consumed);
        }
        if (reader.done()) {
            break;
        }
        const stream::Io io = co_await x.client.stream.read(x.in.space(), x.config().timeouts.body);
        if (io.end != stream::End::none) {
            x.abort(fault_of(io.end));
            co_return;
        }
        x.in.commit(io.bytes);
    }
    framed.clear();
    write_body_end(framed, x.request_framing.kind, reader.trailers());
    const Sent sent = co_await send(x, framed);
    if (sent == Sent::all) {
        x.upload_done = true;
        x.sent = Exchange::Clock::now();
        x.origin().socket().restart_read_deadline(x.service->config().response_timeout);
        if (x.watch != nullptr) {
            x.watch->begin();
        }
    }
}

}  // namespace portcullis::relay
