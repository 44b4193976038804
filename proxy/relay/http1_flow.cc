#include "proxy/relay/http1_flow.h"

#include "proxy/http1/writer.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

// The plaintext of one TLS record (RFC 8446, 5.1).
constexpr std::size_t kRecord = 16U << 10U;

}  // namespace

void Http1Flow::begin_tunnel(Duration timeout) {
    tunnel_ = true;
    chunked_ = false;  // the request for it may have had a body
    timeout_ = timeout;
    use_pace(limit::Pace{}, limit::Pace{});
}

// Bytes are let go of when they are handed out: they stay where they are until more is read, and
// what the exchange leaves unread can never be taken for another request.
Piece Http1Flow::next() {
    if (tunnel_) {
        return next_of_tunnel();
    }
    while (!read_all()) {
        if (in_.empty()) {
            return {};
        }
        const BodyReader::Piece piece = reader_->next(in_.bytes());
        if (reader_->refusal() != http::Refusal::none) {
            return {Piece::Kind::failed};
        }
        in_.consume(piece.consumed);
        if (!piece.data.empty()) {
            return {Piece::Kind::data, piece.data};
        }
    }
    return {Piece::Kind::done};
}

Piece Http1Flow::next_of_tunnel() {
    const std::string_view bytes = in_.bytes();
    if (bytes.empty()) {
        return {closed_ ? Piece::Kind::done : Piece::Kind::nothing};
    }
    in_.consume(bytes.size());
    return {Piece::Kind::data, bytes};
}

Task<Fault> Http1Flow::more() {
    if (tunnel_) {
        co_return co_await more_of_tunnel();
    }
    const stream::Io io = co_await read();
    switch (io.end) {
        case stream::End::none:
            in_.commit(io.bytes);
            co_return Fault::none;
        case stream::End::timeout:
            co_return faults_.read_timeout;
        case stream::End::cancelled:
            co_return Fault::shutdown_deadline;
        case stream::End::closed:
            if (reader_->close()) {
                co_return Fault::none;
            }
            break;
        case stream::End::reset:
            break;
    }
    co_return faults_.read_cut;
}

// Parts of a TLS record are no progress: they move neither the deadline nor the pace. Waited for
// again when the pace was lifted meanwhile, and it was the pace that ended the wait.
Task<stream::Io> Http1Flow::read() {
    stream::Loop& loop = stream_.socket().loop();
    for (;;) {
        const bool paced = reading_.limits();
        const auto begun = loop.now();
        const stream::Io io = co_await stream_.read(in_.space(), reading_.patience(timeout_));
        if (io.end != stream::End::timeout || !paced || reading_.limits()) {
            reading_.note(std::chrono::duration_cast<Duration>(loop.now() - begun), io.bytes);
            co_return io;
        }
    }
}

// An idle tunnel holds no buffer. Parts of a TLS record do not move the deadline.
Task<Fault> Http1Flow::more_of_tunnel() {
    const stream::Deadline deadline = stream_.socket().loop().in(timeout_);
    stream::Io io;
    while (io.bytes == 0 && io.end == stream::End::none) {
        if (dry_ || !stream_.has_pending()) {
            in_.release();
            const stream::Wake wake = co_await stream_.socket().readable(deadline);
            if (wake != stream::Wake::ready) {
                co_return wake == stream::Wake::timeout ? faults_.read_timeout
                                                        : Fault::shutdown_deadline;
            }
        }
        io = stream_.try_read(in_.space());
        dry_ = io.bytes == 0;
    }
    if (io.end != stream::End::none && io.end != stream::End::closed) {
        co_return faults_.read_cut;
    }
    closed_ = io.end == stream::End::closed;
    in_.commit(io.bytes);
    co_return Fault::none;
}

Task<Fault> Http1Flow::send(std::string_view data) {
    if (chunked_) {
        http1::write_chunk(out_, data);
        if (out_.size() < stream::Slab::kLarge) {
            return Task<Fault>::of(Fault::none);
        }
        data = {};
    } else if (out_.size() + data.size() <= gather_) {
        out_.append(data);
        return Task<Fault>::of(Fault::none);
    } else if (!out_.empty() && stream_.tls() != nullptr) {
        // The first record is filled up, so that the rest goes out in whole ones without being
        // copied.
        const std::size_t room = kRecord - std::min(kRecord, out_.size());
        out_.append(data.substr(0, room));
        data.remove_prefix(std::min(room, data.size()));
    }
    return write(data);
}

Task<Fault> Http1Flow::flush() {
    return out_.empty() ? Task<Fault>::of(Fault::none) : write({});
}

Task<Fault> Http1Flow::end(Trailers trailers) {
    if (tunnel_) {
        return end_tunnel();
    }
    if (chunked_) {
        http1::write_last_chunk(out_, trailers);
    }
    return flush();
}

Task<Fault> Http1Flow::end_tunnel() {
    const Fault fault = co_await flush();
    stream_.shutdown_write();
    co_return fault;
}

Task<Fault> Http1Flow::write(std::string_view data) {
    written_ = true;
    const std::size_t bytes = out_.size() + data.size();
    Task<stream::End> writing = stream_.write(out_, data, writing_.patience(timeout_));
    return writing.done() ? Task<Fault>::of(wrote(std::move(writing).result()))
                          : wait_for(std::move(writing), bytes);
}

Task<Fault> Http1Flow::wait_for(Task<stream::End> writing, std::size_t bytes) {
    stream::Loop& loop = stream_.socket().loop();
    const auto begun = loop.now();
    const stream::End end = co_await std::move(writing);
    writing_.note(std::chrono::duration_cast<Duration>(loop.now() - begun), bytes);
    co_return wrote(end);
}

Fault Http1Flow::wrote(stream::End end) {
    out_.clear();
    switch (end) {
        case stream::End::none:
            return Fault::none;
        case stream::End::timeout:
            return faults_.write_timeout;
        case stream::End::cancelled:
            return Fault::shutdown_deadline;
        default:
            return faults_.write_cut;
    }
}

}  // namespace portcullis::relay
