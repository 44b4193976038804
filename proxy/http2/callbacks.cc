#include "proxy/http2/callbacks.h"

#include "base/check.h"
#include "proxy/http2/fields.h"

#include <algorithm>

namespace portcullis::http2 {
namespace {

using Kind = nghttp2_frame_type;

// A section this many times beyond the limit on fields is no mistake any more.
constexpr std::size_t kFloodFactor = 4;

Session& session_of(void* user) {
    return *static_cast<Session*>(user);
}

Stream* stream_of(nghttp2_session* session, std::int32_t id) {
    return static_cast<Stream*>(nghttp2_session_get_stream_user_data(session, id));
}

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
    return {reinterpret_cast<const char*>(bytes), size};
}

bool ends(const nghttp2_frame_hd& head) {
    return (head.flags & NGHTTP2_FLAG_END_STREAM) != 0;
}

// Costs us, and moves nothing forward by itself.
bool is_control(const nghttp2_frame_hd& head) {
    switch (head.type) {
        case NGHTTP2_HEADERS:
        case NGHTTP2_RST_STREAM:  // has a budget of its own
        case NGHTTP2_GOAWAY:
            return false;
        case NGHTTP2_DATA:
            return head.length == 0 && !ends(head);
        default:
            return true;
    }
}

// What a peer that misbehaves on a stream makes us reset it with.
bool is_peers_fault(std::uint32_t code) {
    switch (static_cast<Code>(code)) {
        case Code::protocol_error:
        case Code::flow_control_error:
        case Code::stream_closed:
        case Code::frame_size_error:
        case Code::refused_stream:
            return true;
        default:
            return false;
    }
}

}  // namespace

nghttp2_session_callbacks* Callbacks::all() {
    static const auto callbacks = [] {
        nghttp2_session_callbacks* made = nullptr;
        CHECK(nghttp2_session_callbacks_new(&made) == 0 && "out of memory for nghttp2");
        nghttp2_session_callbacks_set_on_begin_frame_callback(made, on_begin_frame);
        nghttp2_session_callbacks_set_on_begin_headers_callback(made, on_begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(made, on_header);
        nghttp2_session_callbacks_set_on_extension_chunk_recv_callback(
            made, [](auto*, auto*, auto*, std::size_t, void*) { return 0; });
        nghttp2_session_callbacks_set_unpack_extension_callback(
            made, [](auto*, void**, auto*, void*) { return 0; });
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, on_data);
        nghttp2_session_callbacks_set_on_frame_recv_callback(made, on_frame);
        nghttp2_session_callbacks_set_on_stream_close_callback(made, on_close);
        nghttp2_session_callbacks_set_send_data_callback(made, on_send_data);
        nghttp2_session_callbacks_set_on_frame_send_callback(made, on_sent);
        nghttp2_session_callbacks_set_on_frame_not_send_callback(made, on_not_sent);
        return Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del>{made};
    }();
    return callbacks.get();
}

nghttp2_data_provider Callbacks::source(Stream& stream) {
    nghttp2_data_provider provider{};
    provider.source.ptr = &stream;
    provider.read_callback = on_read;
    return provider;
}

int Callbacks::on_begin_frame(nghttp2_session*, const nghttp2_frame_hd* head, void* user) noexcept {
    Session& self = session_of(user);
    if (is_control(*head) && !self.charge(Abuse::control_frames)) {
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
}

int Callbacks::on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame,
                                void* user) noexcept {
    Session& self = session_of(user);
    self.section_since_ = self.now_;
    Stream* stream = stream_of(session, frame->hd.stream_id);
    if (stream == nullptr && self.role_ == Role::server &&
        frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
        stream = new Stream;
        stream->id_ = frame->hd.stream_id;
        stream->window_ = self.limits_.window;
        self.streams_.push_back(*stream);
        nghttp2_session_set_stream_user_data(session, stream->id_, stream);
    }
    if (stream != nullptr) {
        stream->head_ = std::make_unique<Head>();
    }
    return 0;
}

int Callbacks::on_header(nghttp2_session* session, const nghttp2_frame* frame,
                         const std::uint8_t* name, std::size_t name_size, const std::uint8_t* value,
                         std::size_t value_size, std::uint8_t, void* user) noexcept {
    Session& self = session_of(user);
    Stream* const stream = stream_of(session, frame->hd.stream_id);
    if (stream == nullptr || !stream->head_) {
        return 0;
    }
    stream->head_->add(text(name, name_size), text(value, value_size), self.limits_.head);
    if (stream->head_->bytes() > kFloodFactor * self.limits_.head.header_bytes) {
        self.abuse_ = Abuse::header_flood;
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
    return 0;
}

int Callbacks::on_data(nghttp2_session* session, std::uint8_t, std::int32_t id,
                       const std::uint8_t* bytes, std::size_t size, void* user) noexcept {
    Session& self = session_of(user);
    // The connection's window only bounds what is on its way: what a stream holds is bounded by its
    // own, so that one that is not read never stops the others.
    nghttp2_session_consume_connection(session, size);
    Stream* const stream = stream_of(session, id);
    if (stream == nullptr || stream->broken_ || stream->closed_) {
        return 0;
    }
    if (stream->lingers_) {
        if (self.window_is_full(*stream)) {
            self.stop_lingering(*stream);
        }
        return 0;
    }
    stream->received_ += size;
    if (stream->length_ && stream->received_ > *stream->length_) {
        self.refuse(*stream);  // RFC 9113, 8.1.1
    } else {
        self.events_.push_back(
            {.kind = Session::Event::Kind::data, .stream = stream, .data = text(bytes, size)});
    }
    return 0;
}

int Callbacks::on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) noexcept {
    Session& self = session_of(user);
    Stream* const stream = stream_of(session, frame->hd.stream_id);
    switch (frame->hd.type) {
        case NGHTTP2_HEADERS:
            self.section_since_.reset();
            if (stream != nullptr && stream->head_ && !stream->closed_) {
                self.end_section(*stream, ends(frame->hd));
            }
            break;
        case NGHTTP2_DATA:
            if (stream != nullptr && !stream->broken_ && !stream->closed_ && ends(frame->hd)) {
                self.end_body(*stream, nullptr);
            }
            break;
        case NGHTTP2_RST_STREAM: {
            // A client's reset of a stream that had its whole response has cost nothing; every
            // other has, whatever code it gives. A server may say without an error that it does not
            // want the rest of a request (RFC 9113, 8.1).
            const bool done =
                self.role_ == Role::client && frame->rst_stream.error_code == NGHTTP2_NO_ERROR;
            const bool in_vain = stream != nullptr && !stream->ended_ && !done;
            if (in_vain && !self.charge(Abuse::resets)) {
                return NGHTTP2_ERR_CALLBACK_FAILURE;
            }
            break;
        }
        case NGHTTP2_SETTINGS:
            self.peer_settled_ = true;  // its first frame, before it can acknowledge ours
            break;
        case NGHTTP2_PING:
            if (self.draining_ && (frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) {
                self.hurry();
            }
            break;
        case NGHTTP2_GOAWAY:
            self.events_.push_back({.kind = Session::Event::Kind::goaway,
                                    .code = static_cast<Code>(frame->goaway.error_code)});
            break;
        default:
            break;
    }
    return 0;
}

int Callbacks::on_close(nghttp2_session* session, std::int32_t id, std::uint32_t code,
                        void* user) noexcept {
    Stream* const stream = stream_of(session, id);
    if (stream != nullptr) {
        session_of(user).note_closed(*stream, stream->broken_ ? Code::protocol_error : Code{code});
    }
    return 0;
}

// Says how much there is; on_send_data() takes it, from where it is.
ssize_t Callbacks::on_read(nghttp2_session* session, std::int32_t id, std::uint8_t*,
                           std::size_t length, std::uint32_t* flags, nghttp2_data_source* source,
                           void* user) noexcept {
    const Session& self = session_of(user);
    Stream& stream = *static_cast<Stream*>(source->ptr);
    if (stream.offered_.empty() && !stream.ends_) {
        return NGHTTP2_ERR_DEFERRED;
    }
    if (self.out_->size() >= self.out_max_) {
        return NGHTTP2_ERR_PAUSE;
    }
    const std::size_t size = std::min(length, stream.offered_.size());
    *flags = NGHTTP2_DATA_FLAG_NO_COPY;
    if (stream.ends_ && size == stream.offered_.size()) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (!stream.trailers_.empty()) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            FieldArray fields;
            fields.add(stream.trailers_);
            nghttp2_submit_trailer(session, id, fields.data(), fields.size());
        }
    }
    return static_cast<ssize_t>(size);
}

int Callbacks::on_send_data(nghttp2_session*, nghttp2_frame* frame, const std::uint8_t* head,
                            std::size_t size, nghttp2_data_source* source, void* user) noexcept {
    constexpr std::size_t frame_head_bytes = 9;
    Session& self = session_of(user);
    Stream& stream = *static_cast<Stream*>(source->ptr);
    CHECK(frame->data.padlen == 0 && size <= stream.offered_.size() && "what on_read() said");
    self.out_->append(text(head, frame_head_bytes)).append(stream.offered_.substr(0, size));
    stream.offered_.remove_prefix(size);
    return 0;
}

int Callbacks::on_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user) noexcept {
    Session& self = session_of(user);
    const auto type = frame->hd.type;
    if (type == NGHTTP2_RST_STREAM && is_peers_fault(frame->rst_stream.error_code)) {
        self.charge(Abuse::resets);  // output() acts on it
        return 0;
    }
    if (type != NGHTTP2_DATA && type != NGHTTP2_HEADERS) {
        return 0;
    }
    Stream* const stream = stream_of(session, frame->hd.stream_id);
    if (stream == nullptr) {
        return 0;
    }
    stream->ended_ = stream->ended_ || ends(frame->hd);
    if (stream->malformed_ && ends(frame->hd)) {
        // RFC 9113, 8.1.1: a stream error, after the answer, which has left the session by now.
        self.submit_refusal(*stream);
    }
    if (type == NGHTTP2_DATA) {
        self.control_frames_.earn(Session::kEarnedByFrame);
    }
    if (stream->awaited_ && stream->sent()) {
        stream->awaited_ = false;
        self.events_.push_back({.kind = Session::Event::Kind::sent, .stream = stream});
    }
    return 0;
}

// A request that was given up before it left, or a head that is too long to be sent.
int Callbacks::on_not_sent(nghttp2_session* session, const nghttp2_frame* frame, int,
                           void* user) noexcept {
    Session& self = session_of(user);
    Stream* const stream =
        frame->hd.type == NGHTTP2_HEADERS ? stream_of(session, frame->hd.stream_id) : nullptr;
    if (frame->hd.type == NGHTTP2_HEADERS && stream == nullptr && self.role_ == Role::client) {
        self.note_unopened(frame->hd.stream_id);
    } else if (stream != nullptr) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id_, NGHTTP2_INTERNAL_ERROR);
    }
    return 0;
}

}  // namespace portcullis::http2
