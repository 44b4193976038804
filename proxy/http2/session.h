// One HTTP/2 connection as a value, either side of it: bytes in, calls to whoever uses its streams,
// bytes out (RFC 9113). nghttp2 without sockets; nothing waits here and nobody is called from
// inside nghttp2.
//
//   feed(bytes) → deliver() → users send, consume, reset → output(out) → deliver() → ...
//
// feed() and output() only note what happened; deliver() tells it, in order.
#pragma once

#include "base/budget.h"
#include "base/handle.h"
#include "proxy/http/head.h"
#include "proxy/http2/abuse.h"
#include "proxy/http2/code.h"
#include "proxy/http2/frame_gate.h"
#include "proxy/http2/head.h"
#include "proxy/http2/stream.h"

#include <nghttp2/nghttp2.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http2 {

// Whoever a session is for.
class SessionUser {
  public:
    // Server role: a request. head.refusal() says if it is malformed: it may be answered, and its
    // body, if any, is of no interest. Session::use() says who is to hear of the stream; until
    // then what arrives is dropped.
    virtual void on_request(Stream& stream, std::unique_ptr<Head> head, bool ends) noexcept = 0;
    // The peer takes no more streams on this connection. Those it has not looked at are closed
    // with refused_stream.
    virtual void on_goaway(Code code) noexcept = 0;

  protected:
    ~SessionUser() = default;
};

enum class Role : std::uint8_t { server, client };

struct SessionLimits {
    std::size_t streams = 100;  // that the peer may have open at once
    HeadLimits head;
    // Bytes that a stream's peer may send ahead of consume(). A stream that consumes what it gets
    // is given more, up to window_max; extra_window bounds what all streams together are given
    // beyond window. A connection thus holds at most streams * window + extra_window bytes of
    // bodies.
    std::uint32_t window = 32U << 10U;
    std::uint32_t window_max = 1U << 20U;
    std::uint32_t extra_window = 1U << 20U;
    // What the peer may do that costs us and is no use to it; beyond it the connection ends with
    // enhance_your_calm.
    std::size_t resets_per_minute = 300;
    std::size_t control_frames_per_minute = 1'000;
};

// A request's own words, when a stream is opened. protocol is empty except for an extended CONNECT
// (RFC 8441).
struct RequestLine {
    std::string_view method;
    std::string_view scheme;
    std::string_view authority;
    std::string_view path;
    std::string_view protocol = {};
    std::uint64_t length = 0;  // Content-Length; 0: none is told, the stream's end says it
};

class Session {
  public:
    using Clock = std::chrono::steady_clock;
    using Fields = std::span<const http::Field>;

    // user must outlive this object. The first output() holds the preface.
    Session(Role role, const SessionLimits& limits, SessionUser& user);
    Session(const Session&) = delete;  // nghttp2's callbacks hold its address
    Session& operator=(const Session&) = delete;
    ~Session();  // says nothing to users that are left

    // Bytes from the peer; they must stay until the deliver() that follows. False when the
    // connection is of no use any more: what output() still has says why.
    bool feed(std::string_view bytes, Clock::time_point now);
    void deliver();
    // The connection is lost: every stream is closed, with that code.
    void lose(Code code);

    // Appends what is to be sent, until out has bytes_max bytes (or a frame more) or there is no
    // more: then true.
    bool output(std::string& out, std::size_t bytes_max);
    [[nodiscard]] bool has_output() const;
    // Nothing more will ever be read or written.
    [[nodiscard]] bool over() const;

    // Who hears of the stream; null: nobody any more, and what was offered is forgotten. A stream
    // that is not over then is reset with that code; but a client whose response is complete may go
    // on sending for a while, and is then told no_error (RFC 9113, 8.1).
    void use(Stream& stream, StreamUser* user, Code otherwise = Code::cancel);

    // Client role. Null when the peer allows no further stream now, or ever (taking()).
    Stream* open(const RequestLine& line, Fields fields, bool ends, StreamUser& user);
    [[nodiscard]] bool can_open() const;
    // False once the peer has said GOAWAY, or the stream ids have run out.
    [[nodiscard]] bool taking() const;

    // Its SETTINGS have come: it speaks HTTP/2.
    [[nodiscard]] bool peer_settled() const { return peer_settled_; }

    // The peer does extended CONNECT. Known once it has settled.
    [[nodiscard]] bool peer_connects() const;

    // Server role; interim ones any number of times before. Names may have upper case.
    // length: Content-Length; 0: none is told.
    void answer(Stream& stream, int status, Fields fields, bool ends, std::uint64_t length = 0);
    void answer_interim(Stream& stream, int status, Fields fields);

    // After the head. bytes must stay until all is sent(), or the stream is nobody's or closed. One
    // at a time.
    void send_data(Stream& stream, std::string_view bytes, bool ends);
    // Ends the message, once all that was offered before has been taken. The fields are copied.
    void send_trailers(Stream& stream, Fields trailers);

    // The user is done with that many bytes of on_data(): the peer may send as many more.
    void consume(Stream& stream, std::size_t bytes);

    // Ends the stream; on_closed() follows.
    void reset(Stream& stream, Code code);

    // GOAWAY in two phases (RFC 9113, 6.8): says that the connection will close, and refuses new
    // streams once the peer has heard so, or at hurry().
    void drain();
    void hurry();

    [[nodiscard]] bool draining() const { return draining_; }

    // GOAWAY with that code at once; every stream is over.
    void end(Code code);

    [[nodiscard]] std::size_t streams() const { return streams_.size(); }

    // When the header section that is under way began; nothing between sections.
    [[nodiscard]] std::optional<Clock::time_point> section_since() const { return section_since_; }

    // Which budget the peer has used up; none unless that ended the connection.
    [[nodiscard]] Abuse abuse() const { return abuse_; }

  private:
    friend struct Callbacks;

    struct Event {
        enum class Kind : std::uint8_t { request, answer, data, end, sent, closed, goaway };
        Kind kind;
        bool ends = false;
        Code code = Code::no_error;
        Stream* stream = nullptr;
        std::string_view data = {};
        std::unique_ptr<Head> head = {};
    };

    // A peer that takes our frames may acknowledge, measure and prioritise: so many control frames
    // are free for each request and each frame of a body.
    static constexpr std::size_t kEarnedByFrame = 4;
    // Streams that are answered and whose clients have not noticed; beyond it the oldest is reset.
    static constexpr std::size_t kLingeringMax = 8;
    // What such a client may send besides what its window allowed.
    static constexpr std::int32_t kLingeringBytes = 1 << 20;

    using Streams = boost::intrusive::list<Stream, boost::intrusive::constant_time_size<true>>;

    void submit_settings();
    void tell(Event& event);
    void note_closed(Stream& stream, Code code);
    void note_unopened(std::int32_t id);
    void note_all_closed(Code code);
    void forget(Stream& stream);
    // Hands to nghttp2 what the gate lets through; false when nghttp2 has had enough.
    bool feed_nghttp2(std::string_view bytes);
    // The peer's fault, on this stream alone.
    void refuse(Stream& stream);
    // The same, with what this side has said so far left to the peer.
    void submit_refusal(Stream& stream);
    void end_section(Stream& stream, bool ends);
    void end_body(Stream& stream, std::unique_ptr<Head> trailers);
    // Counts what the peer did; false when that was too much.
    bool charge(Abuse kind);
    void stop(Code code);
    void grow_window(Stream& stream);
    void linger(Stream& stream);
    void stop_lingering(Stream& stream);
    [[nodiscard]] bool window_is_full(const Stream& stream) const;

    Role role_;
    SessionLimits limits_;
    SessionUser& user_;
    Handle<nghttp2_session, nghttp2_session_del> nghttp2_;
    FrameGate gate_;  // server role
    Streams streams_;
    std::vector<Event> events_;
    bool delivering_ = false;
    bool peer_settled_ = false;
    bool broken_ = false;  // nothing is read any more
    bool draining_ = false;
    bool hurried_ = false;        // the second GOAWAY is on its way
    std::string* out_ = nullptr;  // non-null exactly while output() runs
    std::size_t out_max_ = 0;
    Budget resets_;
    Budget control_frames_;
    std::uint32_t extra_window_;  // left to give
    Clock::time_point now_{};     // of the last feed()
    std::optional<Clock::time_point> section_since_;
    Abuse abuse_ = Abuse::none;
    std::size_t lingering_ = 0;
};

}  // namespace portcullis::http2
