#include "proxy/relay/http2_client.h"

#include "proxy/http/content_length.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

using http2::Code;

constexpr int kSwitchingProtocols = 101;

// What HTTP/1 says of a connection when it becomes a tunnel, and HTTP/2 does not (RFC 8441, 5).
bool is_of_upgrade(std::string_view name) {
    return http::same_name(name, "Upgrade") || http::same_name(name, "Connection") ||
           http::same_name(name, "Sec-WebSocket-Accept");
}

// A stream whose exchange ends without an answer, or in the middle of it (RFC 9113, 7).
Code code_of(Fault fault) {
    switch (blame(fault)) {
        case Blame::client:
            return fault == Fault::bad_request ? Code::protocol_error : Code::cancel;
        case Blame::nobody:
            return Code::cancel;
        default:
            return Code::internal_error;
    }
}

}  // namespace

Http2Client::Http2Client(Client& connection, Context& context, http2::Link& link,
                         http2::Stream& stream, std::unique_ptr<http2::Head> head, bool ends)
    : ClientSide{connection, context},
      Http2Flow{link, kClientFaults, site()->config->timeouts.body},
      head_{std::move(head)} {
    use(stream);
    note_end(ends);
    link_.session().use(stream, this);
}

Task<Fault> Http2Client::read_head() {
    refusal_ = head_->refusal();
    if (refusal_ != http::Refusal::none) {
        co_return Fault::bad_request;
    }
    if (!request().protocol.empty()) {
        ask_for_upgrade();
    } else if (!read_all() && head_->length() == 0U) {
        const Fault ended = co_await read_end();
        co_return ended;
    } else if (!read_all() && head_->length()) {
        body_ = {http::Body::Kind::length, *head_->length()};
    } else if (!read_all()) {
        body_ = {http::Body::Kind::open, 0};
    }
    if (is_paced(body_, false)) {
        use_pace(limit::Pace{site()->config->limits.body_bytes_per_second});
    }
    co_return Fault::none;
}

// A request that announces no body, and does not end with its head. Nobody hears of it before it is
// certain that none follows: with one it is malformed (RFC 9113, 8.1.1), and must not be acted on.
Task<Fault> Http2Client::read_end() {
    const Fault fault = co_await Http2Flow::more();
    if (fault == Fault::none && malformed()) {
        refusal_ = http::Refusal::body_length_differs;
        co_return Fault::bad_request;
    }
    co_return fault;
}

// In the form that it has in HTTP/1, which both kinds of origins are told it from.
void Http2Client::ask_for_upgrade() {
    websocket_key_ = make_websocket_key();
    http::RequestHead& request = head_->request();
    request.method = "GET";
    std::erase_if(request.fields, [](const http::Field& field) {
        return http::same_name(field.name, "Sec-WebSocket-Key");
    });
    request.fields.push_back({"sec-websocket-key", {websocket_key_.data(), websocket_key_.size()}});
}

// What a stream carries that will be a tunnel is no body: it waits until there is one.
bool Http2Client::is_bodiless() const {
    return body_.kind == http::Body::Kind::none && !tunnel_;
}

// As Http1Client::send() has it: the piece stays in the origin's buffer until the stream's window
// lets it go. What is encrypted is the connection's, a large block for all of its streams.
Task<Fault> Http2Client::send(std::string_view data) {
    if (bodiless_) {
        return Task<Fault>::of(Fault::none);
    }
    Task<Fault> sending = Http2Flow::send(data);
    return sending.done() ? std::move(sending) : send_held(std::move(sending), data.size());
}

void Http2Client::begin_tunnel(Duration timeout) {
    unwatch_hangup();
    tunnel_ = true;
    timeout_ = timeout;
}

Piece Http2Client::next() {
    if (is_bodiless()) {
        return {Piece::Kind::done, {}};
    }
    const Piece piece = Http2Flow::next();
    if (piece.kind == Piece::Kind::failed) {
        refusal_ = http::Refusal::body_length_differs;
    }
    return piece;
}

Task<Fault> Http2Client::more() {
    if (is_bodiless() && !cancelled_) {
        co_return Fault::none;
    }
    co_return co_await Http2Flow::more();
}

void Http2Client::watch_hangup(HangupListener& listener) {
    listener_ = &listener;
    if (stream_ == nullptr) {
        link_.loop().defer(*this);
    }
}

Task<Fault> Http2Client::interim(const http::OutgoingAnswer& answer) {
    if (stream_ == nullptr) {
        co_return gone(Fault::client_gone);
    }
    link_.session().answer_interim(*stream_, answer.status, answer.fields);
    link_.say();
    co_return Fault::none;
}

void Http2Client::begin_answer(const http::OutgoingAnswer& answer, bool last) {
    // A tunnel is the last on a connection of HTTP/1; here it is one stream among others.
    if (last && answer.status != kSwitchingProtocols) {
        link_.session().drain();
    }
    if (stream_ == nullptr || begun_) {
        return;
    }
    begun_ = true;
    if (!is_paced(body_, true)) {
        use_pace(limit::Pace{});
    }
    if (answer.status == kSwitchingProtocols) {
        std::vector<http::Field> fields{answer.fields.begin(), answer.fields.end()};
        std::erase_if(fields, [](const http::Field& field) { return is_of_upgrade(field.name); });
        begin_body({http::Body::Kind::open, 0});
        link_.session().answer(*stream_, 200, fields, false);
    } else {
        const bool to_head = request().method == "HEAD";
        bodiless_ = !http::carries_body(answer.status, to_head);
        const http::Body body = bodiless_ ? http::Body{} : answer.body;
        begin_body(body);
        link_.session().answer(*stream_, answer.status, answer.fields,
                               body.kind == http::Body::Kind::none,
                               http::sent_length(answer, to_head).value_or(0));
    }
    link_.say();
}

void Http2Client::give_up(Fault fault) {
    leave(code_of(fault));
}

// A stream also ends because the response is complete, a moment before its exchange does, and
// because its body is malformed, which whoever reads the body finds out.
void Http2Client::on_over() noexcept {
    if (!sent_all() && !malformed()) {
        on_turn_end();
    }
}

void Http2Client::on_turn_end() noexcept {
    if (listener_ != nullptr) {
        std::exchange(listener_, nullptr)->on_hangup(gone(Fault::client_gone));
    }
}

}  // namespace portcullis::relay
