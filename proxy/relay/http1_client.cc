#include "proxy/relay/http1_client.h"

#include "proxy/http/content_length.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/upgrade.h"
#include "proxy/http1/writer.h"

#include <utility>

namespace portcullis::relay {
namespace {

// Pieces of an answer leave in whole TLS records (RFC 8446, 5.1).
constexpr std::size_t kGather = 16U << 10U;

}  // namespace

Http1Client::Http1Client(Client& connection, stream::Buffer& in, Context& context)
    : ClientSide{connection, context},
      work_{context.requests},
      in_{in},
      flow_{connection.stream, in,      work_->out,
            kClientFaults,     kGather, site()->config->timeouts.body} {}

After Http1Client::after() const {
    return cut_ ? After::cut : keep_ ? After::keep : After::close;
}

Task<Fault> Http1Client::read_head() {
    const Config& config = *site()->config;
    const http1::HeadLimits limits{config.limits.request_line.bytes,
                                   config.limits.header_bytes.bytes, config.limits.headers};
    std::optional<stream::Deadline> deadline;  // begins with the first wait
    for (;;) {
        const http1::Step step = work_->parser.feed(in_.bytes(), limits);
        began_ = !in_.empty();
        to_head_ = step != http1::Step::more && request().method == "HEAD";
        if (step == http1::Step::done) {
            co_return judge();
        }
        if (step == http1::Step::failed) {
            co_return refuse(work_->parser.refusal());
        }
        if (in_.space().empty() && !in_.grow()) {
            co_return refuse(http::Refusal::header_too_long);
        }
        stream::Io io = connection().stream.try_read(in_.space());
        if (io.bytes == 0 && io.end == stream::End::none) {
            if (!deadline) {
                deadline = connection().stream.socket().loop().in(config.timeouts.header);
            }
            io = co_await connection().stream.read(in_.space(), *deadline);
        }
        if (io.end != stream::End::none) {
            const bool slow = io.end == stream::End::timeout && began_;
            co_return slow ? Fault::client_slow_header : Fault::client_gone;
        }
        in_.commit(io.bytes);
    }
}

Fault Http1Client::judge() {
    http::RequestHead& head = work_->parser.head();
    if (head.authority.empty()) {
        // HTTP/1.0 without Host: the name that the connection was made for is the one that is
        // meant.
        head.authority = connection().stream.tls()->sni();
        if (head.authority.empty()) {
            return refuse(http::Refusal::missing_host);
        }
    }
    const http1::Framing framing = http1::request_framing(head);
    in_.consume(work_->parser.consumed());
    if (framing.refusal != http::Refusal::none) {
        return refuse(framing.refusal);
    }
    keep_ = http1::keeps_alive(head);
    body_ = http1::body_of(framing);
    flow_.expect(framing);
    const limit::Pace pace{site()->config->limits.body_bytes_per_second};
    flow_.use_pace(is_paced(body_, false) ? pace : limit::Pace{}, pace);
    upgrade_ = http1::asked_upgrade(head);
    return Fault::none;
}

Fault Http1Client::refuse(http::Refusal why) {
    refusal_ = why;
    keep_ = false;
    return Fault::bad_request;
}

// Nobody reads the body any more while a close_notify is looked for.
void Http1Client::interrupt_read() {
    if (!looking_) {
        connection().stream.socket().interrupt_read();
    }
}

void Http1Client::cancel() {
    connection().stream.socket().cancel();
}

Piece Http1Client::next() {
    const Piece piece = flow_.next();
    if (piece.kind == Piece::Kind::failed) {
        (void)refuse(flow_.refusal());
    } else if (piece.kind == Piece::Kind::done) {
        look_for_close_notify();
    }
    return piece;
}

void Http1Client::watch_hangup(HangupListener& listener) {
    listener_ = &listener;
    stream::Socket& socket = connection().stream.socket();
    if (socket.ended()) {
        socket.loop().defer(*this);
        return;
    }
    socket.watch_end(*this);
    if (flow_.read_all()) {
        look_for_close_notify();
    }
}

// Once the whole request has been read nobody else reads. A client that has sent more is alive:
// what it sent stays where it is, so that only the end of its connection is still to be heard of.
void Http1Client::look_for_close_notify() {
    if (listener_ == nullptr || looking_ || enough_ || !in_.empty()) {
        return;
    }
    stream::Stream& stream = connection().stream;
    const stream::End end = stream.peek();
    if (end == stream::End::timeout) {
        looking_ = true;
        stream.socket().watch_readable(*this, stream::kForever);
        return;
    }
    enough_ = true;
    if (end != stream::End::none) {
        stream.socket().loop().defer(*this);
    }
}

void Http1Client::unwatch_hangup() {
    stream::Socket& socket = connection().stream.socket();
    if (std::exchange(looking_, false)) {
        socket.unwatch_readable();
    }
    if (std::exchange(listener_, nullptr) != nullptr) {
        socket.unwatch_end();
        unlink();
    }
}

void Http1Client::tell(Fault why) {
    HangupListener* const listener = listener_;
    unwatch_hangup();
    if (listener != nullptr) {
        listener->on_hangup(why);
    }
}

void Http1Client::on_wake(stream::Wake wake) noexcept {
    looking_ = false;
    if (wake == stream::Wake::ready) {
        look_for_close_notify();
    } else {
        tell(Fault::shutdown_deadline);
    }
}

void Http1Client::on_end() noexcept {
    tell(Fault::client_gone);
}

void Http1Client::on_turn_end() noexcept {
    tell(Fault::client_gone);
}

// HTTP/1.0 knows no interim answers.
Task<Fault> Http1Client::interim(const http::OutgoingAnswer& answer) {
    if (request().minor_version == 0) {
        co_return Fault::none;
    }
    http1::write_answer(work_->out, answer, {});
    co_return co_await flow_.flush();
}

void Http1Client::begin_answer(const http::OutgoingAnswer& answer, bool last) {
    // An HTTP/1.0 client does not understand chunks; what it gets ends with the connection.
    const int minor_version = request().minor_version;
    bodiless_ = !http::carries_body(answer.status, to_head_);
    const bool open = answer.body.kind == http::Body::Kind::open && !bodiless_;
    const bool chunked = open && minor_version >= 1;
    keep_ = keep_ && !last && flow_.read_all() && open == chunked;
    flow_.begin(chunked);
    if (!is_paced(body_, true)) {
        flow_.free_reading();
    }
    http1::write_answer(work_->out, answer,
                        {.to_head = to_head_,
                         .close = !keep_,
                         .client_minor_version = minor_version,
                         .chunked = chunked});
    begun_ = true;
}

// What the client does not take is held for it: the piece, in the origin's buffer, and as much
// again encrypted. It counts only while it is waited for; a client that reads has nothing held.
Task<Fault> Http1Client::send(std::string_view data) {
    // The client would take a body that its request cannot have for the next response.
    if (bodiless_) {
        return Task<Fault>::of(Fault::none);
    }
    Task<Fault> sending = flow_.send(data);
    return sending.done() ? std::move(sending) : send_held(std::move(sending), 2 * data.size());
}

void Http1Client::begin_tunnel(Duration timeout) {
    unwatch_hangup();
    keep_ = false;
    bodiless_ = false;
    flow_.begin_tunnel(timeout);
}

void Http1Client::give_up(Fault fault) {
    keep_ = false;
    cut_ = answer_begun();
    if (fault == Fault::client_slow_reader || fault == Fault::client_memory ||
        fault == Fault::shutdown_deadline) {
        connection().stream.abandon();
    }
}

}  // namespace portcullis::relay
