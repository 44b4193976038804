#include "proxy/http2/session.h"

#include "base/check.h"
#include "proxy/http2/callbacks.h"

#include <algorithm>
#include <array>
#include <utility>

namespace portcullis::http2 {
namespace {

// Bounds what is on its way to us, not what we hold.
constexpr std::int32_t kConnectionWindow = 8 << 20;
// Answers to PING and SETTINGS that may wait for a peer that does not read.
constexpr std::size_t kAcksMax = 100;
constexpr std::size_t kSettingsMax = 32;  // entries in one frame
constexpr int kBadRequest = 400;
constexpr unsigned kFirstUnknownType = NGHTTP2_CONTINUATION + 1;
constexpr std::array<std::uint8_t, 8> kDrainPing{'d', 'r', 'a', 'i', 'n', 'i', 'n', 'g'};

// By nghttp2's reckoning, which adds a dozen bytes for each field.
constexpr std::size_t kSentHeadBytesMax = 1U << 20U;

using Options = Handle<nghttp2_option, nghttp2_option_del>;

Options make_options(const SessionLimits& limits) {
    nghttp2_option* made = nullptr;
    CHECK(nghttp2_option_new(&made) == 0 && "out of memory for nghttp2");
    Options options{made};
    nghttp2_option_set_no_auto_window_update(made, 1);
    nghttp2_option_set_no_http_messaging(made, 1);  // head.cc is stricter, and says why
    nghttp2_option_set_no_closed_streams(made, 1);
    nghttp2_option_set_max_outbound_ack(made, kAcksMax);
    nghttp2_option_set_max_settings(made, kSettingsMax);
    // nghttp2's own limit would drop a request silently that has the headers we allow and what we
    // add to them. What is sent is bounded by what was received.
    nghttp2_option_set_max_send_header_block_length(made, kSentHeadBytesMax);
    // Frames of unknown types are dropped, but not before they are counted.
    for (unsigned type = kFirstUnknownType; type <= 0xff; ++type) {
        nghttp2_option_set_user_recv_extension_type(made, static_cast<std::uint8_t>(type));
    }
    // Ours is the narrower one; nghttp2's own must not come first.
    nghttp2_option_set_stream_reset_rate_limit(made, 2 * limits.resets_per_minute + 1,
                                               2 * limits.resets_per_minute + 1);
    return options;
}

nghttp2_session* make_session(Role role, const SessionLimits& limits, Session* self) {
    const Options options = make_options(limits);
    nghttp2_session* made = nullptr;
    const auto make =
        role == Role::server ? nghttp2_session_server_new2 : nghttp2_session_client_new2;
    CHECK(make(&made, Callbacks::all(), self, options.get()) == 0 && "out of memory for nghttp2");
    return made;
}

}  // namespace

Session::Session(Role role, const SessionLimits& limits, SessionUser& user)
    : role_{role},
      limits_{limits},
      user_{user},
      nghttp2_{make_session(role, limits, this)},
      resets_{limits.resets_per_minute},
      control_frames_{limits.control_frames_per_minute},
      extra_window_{limits.extra_window} {
    submit_settings();
}

Session::~Session() {
    streams_.clear_and_dispose([](Stream* stream) { delete stream; });
}

void Session::submit_settings() {
    const auto header_bytes = static_cast<std::uint32_t>(limits_.head.header_bytes);
    const auto streams = static_cast<std::uint32_t>(limits_.streams);
    const std::array server{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, streams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.window},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, header_bytes},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},  // RFC 8441
        nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},    // RFC 9218
    };
    const std::array client{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits_.window},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, header_bytes},
    };
    const std::span<const nghttp2_settings_entry> entries =
        role_ == Role::server ? std::span<const nghttp2_settings_entry>{server}
                              : std::span<const nghttp2_settings_entry>{client};
    nghttp2_submit_settings(nghttp2_.get(), NGHTTP2_FLAG_NONE, entries.data(), entries.size());
    nghttp2_session_set_local_window_size(nghttp2_.get(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
}

bool Session::feed(std::string_view bytes, Clock::time_point now) {
    now_ = now;
    if (broken_) {
        return false;
    }
    // What an origin sends for a stream that is over harms nobody else, and is dropped.
    const FrameGate::GateVerdict verdict =
        role_ == Role::server ? gate_.feed(bytes) : FrameGate::GateVerdict{bytes.size()};
    if (feed_nghttp2(bytes.substr(0, verdict.passed)) && verdict.error != Code::no_error) {
        stop(verdict.error);
    }
    return !broken_;
}

bool Session::feed_nghttp2(std::string_view bytes) {
    const auto result = nghttp2_session_mem_recv(
        nghttp2_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    if (abuse_ != Abuse::none) {
        stop(Code::enhance_your_calm);
    } else if (result == NGHTTP2_ERR_FLOODED) {
        abuse_ = Abuse::control_frames;
        stop(Code::enhance_your_calm);
    } else if (result == NGHTTP2_ERR_TOO_MANY_CONTINUATIONS) {
        abuse_ = Abuse::header_flood;
        stop(Code::enhance_your_calm);
    } else if (result < 0) {
        stop(result == NGHTTP2_ERR_NOMEM ? Code::internal_error : Code::protocol_error);
    }
    return !broken_;
}

// GOAWAY, and not another word.
void Session::stop(Code code) {
    broken_ = true;
    section_since_.reset();
    nghttp2_session_terminate_session(nghttp2_.get(), number(code));
    note_all_closed(code);
}

bool Session::output(std::string& out, std::size_t bytes_max) {
    out_ = &out;
    out_max_ = bytes_max;
    bool all = false;
    while (out.size() < bytes_max) {
        const std::uint8_t* bytes = nullptr;
        const auto size = nghttp2_session_mem_send(nghttp2_.get(), &bytes);
        if (abuse_ != Abuse::none && !broken_) {
            stop(Code::enhance_your_calm);
        }
        if (size <= 0) {
            all = size < 0 || out.size() < bytes_max;
            if (size < 0) {
                broken_ = true;
                note_all_closed(Code::internal_error);
            }
            break;
        }
        out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
    }
    out_ = nullptr;
    // nghttp2 has written a GOAWAY for what the peer did to the connection as a whole.
    if (!broken_ && nghttp2_session_want_read(nghttp2_.get()) == 0) {
        broken_ = true;
        note_all_closed(Code::protocol_error);
    }
    return all;
}

bool Session::has_output() const {
    return nghttp2_session_want_write(nghttp2_.get()) != 0;
}

bool Session::over() const {
    return nghttp2_session_want_read(nghttp2_.get()) == 0 &&
           nghttp2_session_want_write(nghttp2_.get()) == 0;
}

void Session::deliver() {
    if (delivering_) {
        return;
    }
    delivering_ = true;
    // What is told may make more to tell.
    for (std::size_t i = 0; i < events_.size(); ++i) {
        Event event = std::move(events_[i]);
        tell(event);
    }
    events_.clear();
    delivering_ = false;
}

void Session::tell(Event& event) {
    if (event.kind == Event::Kind::goaway) {
        return user_.on_goaway(event.code);
    }
    Stream& stream = *event.stream;
    if (event.kind == Event::Kind::request) {
        return user_.on_request(stream, std::move(event.head), event.ends);
    }
    StreamUser* const user = stream.user_;
    switch (user != nullptr ? event.kind : Event::Kind::closed) {
        case Event::Kind::answer:
            return user->on_answer(std::move(event.head), event.ends);
        case Event::Kind::data:
            return user->on_data(event.data);
        case Event::Kind::end:
            return user->on_end(event.head ? Fields{event.head->trailers()} : Fields{});
        case Event::Kind::sent:
            return user->on_sent();
        default:
            break;
    }
    if (event.kind == Event::Kind::closed) {
        if (user != nullptr) {
            stream.user_ = nullptr;
            user->on_closed(event.code);
        }
        forget(stream);
    }
}

void Session::note_closed(Stream& stream, Code code) {
    if (stream.closed_) {
        return;
    }
    stream.closed_ = true;
    lingering_ -= std::exchange(stream.lingers_, false) ? 1 : 0;
    stream.offered_ = {};
    extra_window_ += stream.window_ - limits_.window;
    events_.push_back({.kind = Event::Kind::closed, .code = code, .stream = &stream});
}

void Session::note_unopened(std::int32_t id) {
    for (Stream& stream : streams_) {
        if (stream.id_ == id) {
            return note_closed(stream, Code::refused_stream);
        }
    }
}

void Session::note_all_closed(Code code) {
    for (Stream& stream : streams_) {
        note_closed(stream, code);
    }
}

void Session::lose(Code code) {
    broken_ = true;
    note_all_closed(code);
}

void Session::forget(Stream& stream) {
    nghttp2_session_set_stream_user_data(nghttp2_.get(), stream.id_, nullptr);
    streams_.erase_and_dispose(streams_.iterator_to(stream), [](Stream* gone) { delete gone; });
}

void Session::refuse(Stream& stream) {
    stream.broken_ = true;
    submit_refusal(stream);
}

void Session::submit_refusal(Stream& stream) {
    nghttp2_submit_rst_stream(nghttp2_.get(), NGHTTP2_FLAG_NONE, stream.id_,
                              number(Code::protocol_error));
}

bool Session::charge(Abuse kind) {
    Budget& budget = kind == Abuse::resets ? resets_ : control_frames_;
    if (budget.spend(now_)) {
        return true;
    }
    abuse_ = kind;
    return false;
}

// A header or trailer section is complete: which one it is follows from what came before.
void Session::end_section(Stream& stream, bool ends) {
    std::unique_ptr<Head> head = std::move(stream.head_);
    if (stream.broken_) {
        return;
    }
    const bool first = role_ == Role::server ? !stream.opened_ : !stream.answered_;
    if (!first) {
        head->finish_trailers();
        // RFC 9113, 8.1: a trailer section ends its message.
        return ends && head->refusal() == http::Refusal::none ? end_body(stream, std::move(head))
                                                              : refuse(stream);
    }
    if (role_ == Role::server) {
        stream.opened_ = true;
        control_frames_.earn(kEarnedByFrame);
        head->finish_request();
        stream.length_ = head->length();
    } else {
        head->finish_response();
        const int status = head->response().status;
        const bool interim = status < 200;
        if (head->refusal() != http::Refusal::none || (interim && ends)) {
            return refuse(stream);
        }
        stream.answered_ = !interim;
        const bool bodiless = stream.bodiless_ || interim || status == 204 || status == 304;
        stream.length_ = bodiless && !interim ? std::optional<std::uint64_t>{0} : head->length();
    }
    stream.peer_ended_ = ends;
    if (ends && stream.length_.value_or(0) != 0) {
        if (role_ == Role::client) {
            return refuse(stream);
        }
        head->note_refusal(http::Refusal::body_length_differs);
    }
    // RFC 9113, 8.1.1. What exceeds a limit of ours is no malformed message.
    stream.malformed_ = role_ == Role::server && http::status(head->refusal()) == kBadRequest;
    events_.push_back({.kind = role_ == Role::server ? Event::Kind::request : Event::Kind::answer,
                       .ends = ends,
                       .stream = &stream,
                       .head = std::move(head)});
}

void Session::end_body(Stream& stream, std::unique_ptr<Head> trailers) {
    if (stream.length_ && stream.received_ != *stream.length_) {
        return refuse(stream);  // RFC 9113, 8.1.1
    }
    stream.peer_ended_ = true;
    events_.push_back({.kind = Event::Kind::end, .stream = &stream, .head = std::move(trailers)});
}

void Session::drain() {
    if (!draining_ && !broken_) {
        draining_ = true;
        nghttp2_submit_shutdown_notice(nghttp2_.get());
        nghttp2_submit_ping(nghttp2_.get(), NGHTTP2_FLAG_NONE, kDrainPing.data());
    }
}

void Session::hurry() {
    if (draining_ && !hurried_ && !broken_) {
        hurried_ = true;
        nghttp2_submit_goaway(nghttp2_.get(), NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(nghttp2_.get()),
                              NGHTTP2_NO_ERROR, nullptr, 0);
        for (Stream& stream : streams_) {
            if (stream.lingers_) {
                stop_lingering(stream);
            }
        }
    }
}

void Session::end(Code code) {
    if (!broken_) {
        stop(code);
    }
}

}  // namespace portcullis::http2
