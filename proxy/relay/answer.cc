#include "proxy/relay/answer.h"

#include "proxy/http1/writer.h"
#include "proxy/relay/body.h"
#include "proxy/relay/hangup.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

// The plaintext of one TLS record (RFC 8446, 5.1).
constexpr std::size_t kRecord = 16U << 10U;

Task<Fault> send(Exchange& x, std::string_view first, std::string_view second = {}) {
    x.answer_begun = true;
    const stream::End end = co_await x.client.stream.write(first, second, x.config().timeouts.body);
    co_return end == stream::End::none ? Fault::none
    : end == stream::End::timeout      ? Fault::client_slow_reader
                                       : Fault::client_gone;
}

Task<Fault> read_one_head(Exchange& x, HangupWatch& watch) {
    http1::ResponseParser& parser = x.scratch->answer;
    for (;;) {
        const http1::Step step = parser.feed(x.back.bytes(), kAnswerLimits);
        if (step == http1::Step::done) {
            co_return Fault::none;
        }
        if (step == http1::Step::failed || (x.back.space().empty() && !x.back.grow())) {
            co_return Fault::origin_bad_answer;
        }
        if (x.upload_done) {
            watch.begin();
        }
        // The request has only just left: a read before this wait would find nothing.
        const auto left =
            x.upload_done
                ? std::chrono::duration_cast<Duration>(
                      x.sent + x.service->config().response_timeout - Exchange::Clock::now())
                : stream::kForever;
        const stream::Wake wake = co_await x.origin().socket().readable(left);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::origin_timeout : x.cancelled();
        }
        const stream::Io io = x.origin().try_read(x.back.space());
        if (io.end != stream::End::none) {
            co_return Fault::origin_reset;
        }
        x.back.commit(io.bytes);
    }
}

// How the body will be framed for the client: chunked where the end could not be told otherwise,
// which an HTTP/1.0 client would not understand.
http1::Framing framing_for(const Exchange& x, const http1::Framing& received) {
    const bool unknown =
        received.kind == http1::BodyKind::chunked || received.kind == http1::BodyKind::until_close;
    if (!unknown) {
        return received;
    }
    return {x.minor_version >= 1 ? http1::BodyKind::chunked : http1::BodyKind::until_close, 0, {}};
}

// The head for the client, into answer_out; returns how the body is framed there. The head's views
// end here.
http1::Framing compose_head(Exchange& x, const http1::Framing& received) {
    const http::ResponseHead& head = x.scratch->answer.head();
    const http1::Framing sent = framing_for(x, received);
    const bool last = x.client.requests >= x.config().limits.requests_per_connection;
    if (last) {
        x.context.counters.add(observe::Count::connections_exhausted);
    }
    x.keep = x.keep && x.upload_done && !x.context.draining && !last &&
             sent.kind != http1::BodyKind::until_close;
    http1::write_response(
        x.scratch->answer_out, head, sent,
        {.close = !x.keep, .client_minor_version = x.minor_version, .request_id = x.request_id});
    x.record.status = head.status;
    return sent;
}

// Body bytes that are in the buffer: gathered with what waits to be sent, or sent from where they
// are.
Task<Fault> pass_buffered(Exchange& x, BodyReader& reader, http1::BodyKind kind) {
    std::string& out = x.scratch->answer_out;
    while (!x.back.empty() && !reader.done()) {
        const BodyReader::Piece piece = reader.next(x.back.bytes());
        if (reader.refusal() != http::Refusal::none) {
            co_return Fault::origin_bad_answer;
        }
        x.record.answer_bytes += piece.data.size();
        if (kind == http1::BodyKind::chunked || out.size() + piece.data.size() <= kRecord) {
            write_body(out, kind, piece.data);
        } else {
            // The first record is filled up, so that the rest goes out in whole ones without being
            // copied.
            const std::size_t room = out.empty() ? 0 : kRecord - std::min(kRecord, out.size());
            out.append(piece.data.substr(0, room));
            if (const Fault fault = co_await send(x, out, piece.data.substr(room));
                fault != Fault::none) {
                co_return fault;
            }
            out.clear();
        }
        x.back.consume(piece.consumed);
    }
    co_return Fault::none;
}

Task<Fault> read_more(Exchange& x, BodyReader& reader) {
    const stream::Io io = co_await x.origin().read(x.back.space(), x.config().timeouts.body);
    switch (io.end) {
        case stream::End::none:
            x.back.commit(io.bytes);
            co_return Fault::none;
        case stream::End::closed:
            co_return reader.close() ? Fault::none : Fault::origin_cut_body;
        case stream::End::timeout:
            co_return Fault::origin_slow_body;
        case stream::End::cancelled:
            co_return x.cancelled();
        case stream::End::reset:
            break;
    }
    co_return Fault::origin_cut_body;
}

Task<Fault> pass_body(Exchange& x, BodyReader& reader, http1::BodyKind kind) {
    std::string& out = x.scratch->answer_out;
    for (;;) {
        if (const Fault fault = co_await pass_buffered(x, reader, kind); fault != Fault::none) {
            co_return fault;
        }
        if (reader.done()) {
            break;
        }
        if (const Fault fault = co_await send(x, out); fault != Fault::none) {
            co_return fault;
        }
        out.clear();
        if (const Fault fault = co_await read_more(x, reader); fault != Fault::none) {
            co_return fault;
        }
    }
    write_body_end(out, kind, reader.trailers());
    co_return co_await send(x, out);
}

}  // namespace

Task<Fault> read_answer_head(Exchange& x) {
    HangupWatch watch{x};
    http1::ResponseParser& parser = x.scratch->answer;
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
        if (const Fault fault = co_await read_one_head(x, watch); fault != Fault::none) {
            co_return fault;
        }
        const int status = parser.head().status;
        if (interim == 0) {
            x.record.first_byte = Exchange::since(x.sent);
        }
        if (status >= 200 || status == 101) {
            co_return Fault::none;
        }
        watch.end();
        if (x.minor_version >= 1) {
            std::string& out = x.scratch->answer_out;
            http1::write_response(
                out, parser.head(), {},
                {.client_minor_version = x.minor_version, .request_id = x.request_id});
            // An interim answer may be followed by one of ours, so it does not count as the
            // answer's beginning.
            const stream::End end = co_await x.client.stream.write(out, x.config().timeouts.body);
            if (end != stream::End::none) {
                co_return Fault::client_gone;
            }
            out.clear();
        }
        x.back.consume(parser.consumed());
        parser.reset();
    }
    co_return Fault::origin_bad_answer;
}

Task<Fault> pass_answer(Exchange& x) {
    const http::ResponseHead& head = x.scratch->answer.head();
    const http1::Framing received = http1::response_framing(head, x.to_head);
    if (received.refusal != http::Refusal::none) {
        co_return Fault::origin_bad_answer;
    }
    const bool origin_keeps =
        http1::keeps_alive(head) && received.kind != http1::BodyKind::until_close;
    const http1::Framing sent = compose_head(x, received);
    x.back.consume(x.scratch->answer.consumed());
    BodyReader reader{received};
    const Fault fault = co_await pass_body(x, reader, sent.kind);
    if (fault != Fault::none) {
        x.keep = false;
    } else if (origin_keeps && x.upload_done && x.back.empty()) {
        x.lease.give_back();
    }
    co_return fault;
}

}  // namespace portcullis::relay
