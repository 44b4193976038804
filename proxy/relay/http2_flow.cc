#include "proxy/relay/http2_flow.h"

namespace portcullis::relay {

using http2::Code;

Http2Flow::Http2Flow(http2::Link& link, const PeerFaults& faults, Duration timeout)
    : link_{link}, faults_{faults}, timeout_{timeout}, read_{link.loop()}, write_{link.loop()} {}

Http2Flow::~Http2Flow() {
    if (destroyed_ != nullptr) {
        *destroyed_ = true;
    }
    leave(Code::cancel);
}

void Http2Flow::begin_body(const http::Body& body) {
    body_ = body;
    finished_ = body.kind == http::Body::Kind::none;
}

void Http2Flow::leave(Code code) {
    if (stream_ == nullptr) {
        return;
    }
    link_.session().use(*std::exchange(stream_, nullptr), nullptr, code);
    closed_with_ = code;
    link_.say();
}

Fault Http2Flow::gone(Fault otherwise) const {
    if (cancelled_ || link_.lost() == stream::End::cancelled) {
        return Fault::shutdown_deadline;
    }
    return link_.lost() == stream::End::timeout ? faults_.write_timeout : otherwise;
}

// That what was handed out is asked beyond says that it has been taken: the peer may send more.
Piece Http2Flow::next() {
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
        return {Piece::Kind::done};
    }
    return {malformed() ? Piece::Kind::failed : Piece::Kind::nothing};
}

Task<Fault> Http2Flow::more() {
    while (!cancelled_ && arrived_.empty() && !ended_ && !malformed()) {
        if (stream_ == nullptr) {
            co_return gone(faults_.read_cut);
        }
        const bool paced = reading_.limits();
        const auto begun = link_.loop().now();
        const Fault fault = co_await wait(reading_.patience(timeout_));
        reading_.note(std::chrono::duration_cast<Duration>(link_.loop().now() - begun),
                      arrived_.size());
        if (fault == faults_.read_timeout && paced && !reading_.limits()) {
            continue;  // it was the pace that ended the wait, and it was lifted meanwhile
        }
        if (fault != Fault::none) {
            co_return fault;
        }
    }
    co_return cancelled_ ? Fault::shutdown_deadline : Fault::none;
}

Task<Fault> Http2Flow::wait(Duration timeout) {
    const stream::Wake wake = co_await read_.wait(timeout);
    co_return wake == stream::Wake::ready ? Fault::none
    : wake == stream::Wake::timeout       ? faults_.read_timeout
                                          : Fault::shutdown_deadline;
}

Task<Fault> Http2Flow::send(std::string_view data) {
    if (data.empty()) {
        co_return Fault::none;
    }
    if (stream_ == nullptr) {
        co_return gone(faults_.write_cut);
    }
    offered_ += data.size();
    finished_ = body_.kind == http::Body::Kind::length && offered_ >= body_.length;
    link_.session().send_data(*stream_, data, finished_);
    link_.pull();
    if (stream_ != nullptr && stream_->sent()) {
        co_return Fault::none;
    }
    co_return co_await sent();
}

// All that was offered has been taken, or never will be.
Task<Fault> Http2Flow::sent() {
    while (stream_ != nullptr && !stream_->sent()) {
        if (cancelled_) {
            co_return Fault::shutdown_deadline;
        }
        const stream::Wake wake = co_await write_.wait(timeout_);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout ? faults_.write_timeout
                                                    : Fault::shutdown_deadline;
        }
    }
    co_return stream_ != nullptr || closed_with_ == Code::no_error ? Fault::none
                                                                   : gone(faults_.write_cut);
}

Task<Fault> Http2Flow::flush() {
    link_.say();
    co_return stream_ != nullptr ? Fault::none : gone(faults_.write_cut);
}

Task<Fault> Http2Flow::end(Trailers trailers) {
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

void Http2Flow::on_data(std::string_view bytes) noexcept {
    arrived_.append(bytes);
    read_.wake(stream::Wake::ready);
}

void Http2Flow::on_end(std::span<const http::Field> trailers) noexcept {
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

void Http2Flow::cancel() {
    cancelled_ = true;
    bool destroyed = false;
    wake_both(stream::Wake::cancelled, destroyed);
}

void Http2Flow::on_closed(Code code) noexcept {
    stream_ = nullptr;
    closed_with_ = code;
    bool destroyed = false;
    wake_both(stream::Wake::ready, destroyed);
    if (!destroyed) {
        on_over();
    }
}

// Whoever is woken may be the last user of this flow.
void Http2Flow::wake_both(stream::Wake how, bool& destroyed) {
    bool* const outer = std::exchange(destroyed_, &destroyed);
    read_.wake(how);
    if (!destroyed) {
        write_.wake(how);
    }
    if (!destroyed) {
        destroyed_ = outer;
    } else if (outer != nullptr) {
        *outer = true;
    }
}

}  // namespace portcullis::relay
