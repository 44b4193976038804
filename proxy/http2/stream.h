// What a session knows of one of its streams.
#pragma once

#include "proxy/http2/code.h"
#include "proxy/http2/head.h"

#include <boost/intrusive/list.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace portcullis::http2 {

// Whoever a stream is for. Every call may do anything to the session but destroy it.
class StreamUser {
  public:
    // The answer's head, or an interim one (status below 200). Client role only; a malformed one
    // ends the stream instead.
    virtual void on_answer(std::unique_ptr<Head> head, bool ends) noexcept = 0;
    // Body bytes. They count against the stream's window until they are consumed.
    virtual void on_data(std::string_view bytes) noexcept = 0;
    // The peer will send no more. Not called when the head said so already. The view ends with the
    // call.
    virtual void on_end(std::span<const http::Field> trailers) noexcept = 0;
    // The session has taken all that was offered by send_data() or send_trailers().
    virtual void on_sent() noexcept = 0;
    // The stream is over, and gone when this returns: no_error when both sides have said all they
    // had to say. Nothing is called afterwards.
    virtual void on_closed(Code code) noexcept = 0;

  protected:
    ~StreamUser() = default;
};

class Stream : public boost::intrusive::list_base_hook<> {
  public:
    Stream() = default;
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    // All that was offered has been taken.
    [[nodiscard]] bool sent() const { return offered_.empty() && ends_ == ended_; }

    // The peer has said all it had to say.
    [[nodiscard]] bool peer_ended() const { return peer_ended_; }

  private:
    friend class Session;
    friend struct Callbacks;

    std::int32_t id_ = 0;
    StreamUser* user_ = nullptr;  // null: nobody is interested

    // Towards the peer.
    std::string_view offered_;           // not taken yet
    bool ends_ = false;                  // nothing follows what is offered
    bool ended_ = false;                 // END_STREAM has been written
    bool awaited_ = false;               // something was offered, and on_sent() is owed for it
    std::vector<http::Field> trailers_;  // what follows instead; views into trailer_text_
    std::unique_ptr<char[]> trailer_text_;
    bool answered_ = false;  // client role: the final head has come

    // From the peer.
    bool opened_ = false;                  // server role: the request's head has come
    std::unique_ptr<Head> head_;           // of the section under way; null between sections
    std::optional<std::uint64_t> length_;  // Content-Length, where it tells of a body
    std::uint64_t received_ = 0;
    bool peer_ended_ = false;
    bool malformed_ = false;  // server role: the request is answered, and then reset all the same
    bool bodiless_ = false;   // client role: the answer to HEAD
    bool broken_ = false;     // reset is on its way, for what the peer did
    bool closed_ = false;     // nghttp2 knows it no more
    bool lingers_ = false;    // server role: answered, and the rest of the request is dropped
    std::uint32_t window_ = 0;
    std::uint32_t consumed_ = 0;  // since the window was last enlarged
};

}  // namespace portcullis::http2
