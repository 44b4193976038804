// What the users of streams ask of a session.
#include "base/check.h"
#include "proxy/http2/callbacks.h"
#include "proxy/http2/fields.h"
#include "proxy/http2/session.h"

#include <algorithm>

namespace portcullis::http2 {

void Session::use(Stream& stream, StreamUser* user, Code otherwise) {
    stream.user_ = user;
    if (user != nullptr || stream.closed_) {
        return;
    }
    stream.offered_ = {};
    if (!stream.ended_) {
        reset(stream, otherwise);
    } else if (!stream.peer_ended_ && !stream.malformed_) {  // which has been reset
        role_ == Role::server ? linger(stream) : reset(stream, otherwise);
    }
}

// RFC 9113, 8.1: a client may be told that the rest of its request is not wanted. Some (curl before
// 8.0) take the answer for lost when a stream is reset while they still write; so what they send is
// dropped, up to a limit, and then they are told.
void Session::linger(Stream& stream) {
    stream.lingers_ = true;
    ++lingering_;
    const std::int32_t window =
        nghttp2_session_get_stream_effective_local_window_size(nghttp2_.get(), stream.id_);
    nghttp2_session_set_local_window_size(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id_,
                                          window + kLingeringBytes);
    if (hurried_) {
        stop_lingering(stream);
    } else if (lingering_ > kLingeringMax) {
        stop_lingering(*std::find_if(streams_.begin(), streams_.end(),
                                     [](const Stream& one) { return one.lingers_; }));
    }
}

bool Session::window_is_full(const Stream& stream) const {
    return nghttp2_session_get_stream_effective_recv_data_length(nghttp2_.get(), stream.id_) >=
           nghttp2_session_get_stream_effective_local_window_size(nghttp2_.get(), stream.id_);
}

void Session::stop_lingering(Stream& stream) {
    stream.lingers_ = false;
    --lingering_;
    reset(stream, Code::no_error);
}

Stream* Session::open(const RequestLine& line, Fields fields, bool ends, StreamUser& user) {
    if (!can_open()) {
        return nullptr;
    }
    FieldArray all;
    all.add(":method", line.method);
    all.add(":scheme", line.scheme);
    all.add(":authority", line.authority);
    all.add(":path", line.path);
    if (!line.protocol.empty()) {
        all.add(":protocol", line.protocol);
    }
    all.add(fields);
    const std::string digits = std::to_string(line.length);
    if (line.length > 0) {
        all.add("content-length", digits);
    }
    auto stream = std::make_unique<Stream>();
    const nghttp2_data_provider source = Callbacks::source(*stream);
    const std::int32_t id = nghttp2_submit_request(nghttp2_.get(), nullptr, all.data(), all.size(),
                                                   ends ? nullptr : &source, stream.get());
    if (id < 0) {
        return nullptr;
    }
    stream->id_ = id;
    stream->user_ = &user;
    stream->ends_ = ends;
    stream->bodiless_ = line.method == "HEAD";
    stream->window_ = limits_.window;
    streams_.push_back(*stream);
    return stream.release();
}

bool Session::can_open() const {
    return taking() &&
           streams_.size() < nghttp2_session_get_remote_settings(
                                 nghttp2_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

bool Session::taking() const {
    return !broken_ && nghttp2_session_check_request_allowed(nghttp2_.get()) != 0;
}

bool Session::peer_connects() const {
    return nghttp2_session_get_remote_settings(nghttp2_.get(),
                                               NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL) == 1;
}

void Session::answer(Stream& stream, int status, Fields fields, bool ends, std::uint64_t length) {
    if (stream.closed_) {
        return;
    }
    const std::string digits = std::to_string(status);
    const std::string length_digits = std::to_string(length);
    FieldArray all;
    all.add(":status", digits);
    all.add(fields);
    if (length > 0) {
        all.add("content-length", length_digits);
    }
    const nghttp2_data_provider source = Callbacks::source(stream);
    stream.ends_ = ends;
    stream.awaited_ = ends;
    nghttp2_submit_response(nghttp2_.get(), stream.id_, all.data(), all.size(),
                            ends ? nullptr : &source);
}

void Session::answer_interim(Stream& stream, int status, Fields fields) {
    if (stream.closed_) {
        return;
    }
    const std::string digits = std::to_string(status);
    FieldArray all;
    all.add(":status", digits);
    all.add(fields);
    nghttp2_submit_headers(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id_, nullptr, all.data(),
                           all.size(), nullptr);
}

void Session::send_data(Stream& stream, std::string_view bytes, bool ends) {
    CHECK(stream.sent() && !stream.ends_ && "one at a time, and nothing after the end");
    if (stream.closed_) {
        return;
    }
    stream.offered_ = bytes;
    stream.ends_ = ends;
    if (!bytes.empty() || ends) {
        stream.awaited_ = true;
        nghttp2_session_resume_data(nghttp2_.get(), stream.id_);
    }
}

void Session::send_trailers(Stream& stream, Fields trailers) {
    std::size_t size = 0;
    for (const http::Field& field : trailers) {
        size += field.name.size() + field.value.size();
    }
    stream.trailer_text_ = std::make_unique<char[]>(size);
    char* at = stream.trailer_text_.get();
    const auto copy = [&at](std::string_view text) {
        char* const begin = at;
        at = std::copy(text.begin(), text.end(), at);
        return std::string_view{begin, text.size()};
    };
    for (const http::Field& field : trailers) {
        const std::string_view name = copy(field.name);
        stream.trailers_.push_back({name, copy(field.value)});
    }
    send_data(stream, {}, true);
}

void Session::consume(Stream& stream, std::size_t bytes) {
    if (stream.closed_ || stream.peer_ended_) {
        return;
    }
    nghttp2_session_consume_stream(nghttp2_.get(), stream.id_, bytes);
    stream.consumed_ += static_cast<std::uint32_t>(bytes);
    if (stream.consumed_ >= stream.window_) {
        grow_window(stream);
    }
}

// A whole window has been consumed: the round trip is what keeps the peer waiting.
void Session::grow_window(Stream& stream) {
    stream.consumed_ = 0;
    const std::uint32_t room = limits_.window_max - std::min(stream.window_, limits_.window_max);
    const std::uint32_t more = std::min({stream.window_, room, extra_window_});
    if (more == 0) {
        return;
    }
    extra_window_ -= more;
    stream.window_ += more;
    // Relative to what it is: until the peer has acknowledged our SETTINGS that is the default.
    const std::int32_t now =
        nghttp2_session_get_stream_effective_local_window_size(nghttp2_.get(), stream.id_);
    nghttp2_session_set_local_window_size(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id_,
                                          now + static_cast<std::int32_t>(more));
}

void Session::reset(Stream& stream, Code code) {
    if (!stream.closed_) {
        nghttp2_submit_rst_stream(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id_, number(code));
    }
}

}  // namespace portcullis::http2
