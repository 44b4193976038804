#include "proxy/relay/http2_client.h"

#include <algorithm>
#include <random>

namespace portcullis::relay {
namespace {

using http2::Code;

constexpr int kSwitchingProtocols = 101;

// RFC 6455, 4.1: sixteen random bytes in base64. HTTP/2 has no such key (RFC 8441, 5), an origin
// that speaks HTTP/1 must be given one.
void make_websocket_key(std::array<char, 24>& key) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::random_device random;
    constexpr std::size_t whole = 21;  // digits of six bits; the next holds the last two bits
    for (std::size_t i = 0; i < whole; ++i) {
        key[i] = alphabet[random() % alphabet.size()];
    }
    key[whole] = alphabet[(random() % 4) * 16];
    key[whole + 1] = key[whole + 2] = '=';
}

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
      link_{link},
      stream_{&stream},
      head_{std::move(head)},
      ended_{ends},
      timeout_{site()->config->timeouts.body},
      read_{context.loop},
      write_{context.loop} {
    link_.session().use(stream, this);
}

Http2Client::~Http2Client() {
    for (Alive* alive = alive_; alive != nullptr; alive = alive->outer_) {
        alive->side_ = nullptr;
    }
    if (stream_ != nullptr) {
        link_.session().use(*stream_, nullptr);
        link_.say();
    }
}

Task<Fault> Http2Client::read_head() {
    refusal_ = head_->refusal();
    if (refusal_ != http::Refusal::none) {
        co_return Fault::bad_request;
    }
    const std::uint64_t length = head_->length().value_or(0);
    if (!request().protocol.empty()) {
        ask_for_upgrade();
    } else if (!ended_ && head_->length()) {
        body_ = {length == 0 ? http::Body::Kind::none : http::Body::Kind::length, length};
    } else if (!ended_) {
        body_ = {http::Body::Kind::open, 0};
    }
    co_return Fault::none;
}

// In the form that it has in HTTP/1, which both kinds of origins are told it from.
void Http2Client::ask_for_upgrade() {
    make_websocket_key(websocket_key_);
    http::RequestHead& request = head_->request();
    request.method = "GET";
    std::erase_if(request.fields, [](const http::Field& field) {
        return http::same_name(field.name, "Sec-WebSocket-Key");
    });
    request.fields.push_back({"sec-websocket-key", {websocket_key_.data(), websocket_key_.size()}});
}

void Http2Client::cancel() {
    cancelled_ = true;
    const Alive alive{*this};
    read_.wake(stream::Wake::cancelled);
    if (alive) {
        write_.wake(stream::Wake::cancelled);
    }
}

// Why a stream that is over ended, as far as this side can tell.
Fault Http2Client::gone() const {
    if (cancelled_ || link_.lost() == stream::End::cancelled) {
        return Fault::shutdown_deadline;
    }
    return link_.lost() == stream::End::timeout ? Fault::client_slow_reader : Fault::client_gone;
}

// What a stream carries that will be a tunnel is no body: it waits until there is one.
bool Http2Client::is_bodiless() const {
    return body_.kind == http::Body::Kind::none && !tunnel_;
}

void Http2Client::begin_tunnel(Duration timeout) {
    tunnel_ = true;
    timeout_ = timeout;
}

Piece Http2Client::next() {
    if (is_bodiless()) {
        return {Piece::Kind::done, {}};
    }
    if (!taken_.empty()) {
        if (stream_ != nullptr) {
            link_.session().consume(*stream_, taken_.size());
            link_.say();
        }
        taken_.clear();
    }
    if (!arrived_.empty()) {
        std::swap(arrived_, taken_);
        return {Piece::Kind::data, taken_};
    }
    if (ended_) {
        return {Piece::Kind::done, {}};
    }
    if (stream_ == nullptr && closed_with_ == Code::protocol_error) {
        refusal_ = http::Refusal::body_length_differs;
        return {Piece::Kind::failed, {}};
    }
    return {};
}

Task<Fault> Http2Client::more() {
    for (;;) {
        if (cancelled_) {
            co_return Fault::shutdown_deadline;
        }
        if (!arrived_.empty() || ended_ || is_bodiless() ||
            (stream_ == nullptr && closed_with_ == Code::protocol_error)) {
            co_return Fault::none;
        }
        if (stream_ == nullptr) {
            co_return gone();
        }
        const stream::Wake wake = co_await read_.wait(timeout_);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::client_slow_body
                                                    : Fault::shutdown_deadline;
        }
    }
}

void Http2Client::watch_hangup(HangupListener& listener) {
    if (stream_ == nullptr) {
        return listener.on_hangup();
    }
    listener_ = &listener;
}

Task<Fault> Http2Client::interim(const http::OutgoingAnswer& answer) {
    if (stream_ == nullptr) {
        co_return gone();
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
    answer_body_ = answer.body;
    if (answer.status == kSwitchingProtocols) {
        std::vector<http::Field> fields{answer.fields.begin(), answer.fields.end()};
        std::erase_if(fields, [](const http::Field& field) { return is_of_upgrade(field.name); });
        answer_body_ = {http::Body::Kind::open, 0};
        link_.session().answer(*stream_, 200, fields, false);
    } else {
        finished_ = answer.body.kind == http::Body::Kind::none;
        link_.session().answer(*stream_, answer.status, answer.fields, finished_);
    }
    link_.say();
}

Task<Fault> Http2Client::send(std::string_view data) {
    if (data.empty()) {
        co_return Fault::none;
    }
    if (stream_ == nullptr) {
        co_return gone();
    }
    offered_ += data.size();
    finished_ = answer_body_.kind == http::Body::Kind::length && offered_ >= answer_body_.length;
    link_.session().send_data(*stream_, data, finished_);
    link_.pull();
    if (stream_ == nullptr || !stream_->sent()) {
        co_return co_await sent();
    }
    co_return Fault::none;
}

// All that was offered has been taken, or never will be.
Task<Fault> Http2Client::sent() {
    while (stream_ != nullptr && !stream_->sent()) {
        if (cancelled_) {
            co_return Fault::shutdown_deadline;
        }
        const stream::Wake wake = co_await write_.wait(timeout_);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? Fault::client_slow_reader
                                                    : Fault::shutdown_deadline;
        }
    }
    co_return stream_ != nullptr || closed_with_ == Code::no_error ? Fault::none : gone();
}

Task<Fault> Http2Client::flush() {
    link_.say();
    co_return stream_ != nullptr ? Fault::none : gone();
}

Task<Fault> Http2Client::end(Trailers trailers) {
    if (stream_ != nullptr && !finished_) {
        finished_ = true;
        if (trailers.empty()) {
            link_.session().send_data(*stream_, {}, true);
        } else {
            link_.session().send_trailers(*stream_, trailers);
        }
    }
    link_.pull();
    co_return co_await sent();
}

void Http2Client::give_up(Fault fault) {
    if (stream_ != nullptr) {
        link_.session().use(*stream_, nullptr, code_of(fault));
        stream_ = nullptr;
        closed_with_ = code_of(fault);
        link_.say();
    }
}

void Http2Client::on_data(std::string_view bytes) noexcept {
    arrived_.append(bytes);
    read_.wake(stream::Wake::ready);
}

void Http2Client::on_end(std::span<const http::Field> trailers) noexcept {
    ended_ = true;
    std::size_t size = 0;
    for (const http::Field& field : trailers) {
        size += field.name.size() + field.value.size();
    }
    trailer_text_.reserve(size);  // so that views of it stay
    const auto keep = [this](std::string_view text) {
        const std::size_t at = trailer_text_.size();
        trailer_text_.append(text);
        return std::string_view{trailer_text_}.substr(at);
    };
    for (const http::Field& field : trailers) {
        const std::string_view name = keep(field.name);
        trailers_.push_back({name, keep(field.value)});
    }
    read_.wake(stream::Wake::ready);
}

// Whoever is woken may be the last user of this side.
void Http2Client::on_closed(Code code) noexcept {
    stream_ = nullptr;
    closed_with_ = code;
    const Alive alive{*this};
    read_.wake(stream::Wake::ready);
    if (alive) {
        write_.wake(stream::Wake::ready);
    }
    if (alive && listener_ != nullptr) {
        std::exchange(listener_, nullptr)->on_hangup();
    }
}

}  // namespace portcullis::relay
