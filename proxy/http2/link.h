// An HTTP/2 session on its socket: what arrives is fed to it at once, what it has to say leaves in
// one write at the end of the loop's turn, frames of many streams together.
#pragma once

#include "proxy/http2/session.h"
#include "proxy/stream/stream.h"

#include <string>

namespace portcullis::http2 {

class Link final : private stream::Deferred {
  public:
    // write_timeout: for a peer that takes nothing of what is written. The stream and the user must
    // outlive the link.
    Link(stream::Stream& stream, Role role, const SessionLimits& limits, SessionUser& user,
         Duration write_timeout);

    // Whoever makes it have something to say calls say() or pull() afterwards.
    [[nodiscard]] Session& session() { return session_; }

    [[nodiscard]] const Session& session() const { return session_; }

    [[nodiscard]] stream::Loop& loop() { return stream_.socket().loop(); }

    // Something is to be said, at the turn's end.
    void say() { loop().defer(*this); }

    // The same, but what is offered now is taken at once, as far as windows and the socket let it,
    // so that whoever offered it need not wait.
    void pull();

    // Waits for bytes, has the session tell of them, and returns. ready also when the session has
    // said its last word or the connection has ended.
    Task<stream::Wake> advance(stream::Deadline deadline);

    // Until all that the session has to say is written, or cannot be.
    Task<> finish();

    // The connection is of no use any more: so is every stream.
    void lose(stream::End why);

    // Why it was lost; none while it lives.
    [[nodiscard]] stream::End lost() const { return lost_; }

  private:
    void on_turn_end() noexcept override;
    void start_writing();
    Task<> write();

    stream::Stream& stream_;
    Session session_;
    const Duration write_timeout_;
    std::string out_;  // taken from the session, not yet given to the stream
    Task<> writing_;   // the last write
    bool is_writing_ = false;
    bool dry_ = false;  // what is pending is part of a TLS record: asking again gives nothing
    // The peer takes nothing any more, but what it said before is still to be read.
    bool deaf_ = false;
    stream::End lost_ = stream::End::none;
};

}  // namespace portcullis::http2
