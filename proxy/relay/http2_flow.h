// Bodies in and out of one stream of an HTTP/2 connection, and the bytes of a tunnel on it: what
// the client's side and the origin's side have in common.
#pragma once

#include "config/types/duration.h"
#include "proxy/http/message.h"
#include "proxy/http2/link.h"
#include "proxy/http2/stream.h"
#include "proxy/limit/pace.h"
#include "proxy/relay/body_flow.h"
#include "proxy/relay/peer_faults.h"
#include "proxy/stream/signal.h"

#include <string>
#include <vector>

namespace portcullis::relay {

class Http2Flow : protected http2::StreamUser {
  public:
    // timeout: for each wait. The link must outlive the flow.
    Http2Flow(http2::Link& link, const PeerFaults& faults, Duration timeout);

    Http2Flow(const Http2Flow&) = delete;
    Http2Flow& operator=(const Http2Flow&) = delete;

    // As Source and Sink have them.
    Piece next();
    Task<Fault> more();

    [[nodiscard]] Trailers trailers() const { return trailers_; }

    Task<Fault> send(std::string_view data);
    Task<Fault> flush();
    Task<Fault> end(Trailers trailers);

    void interrupt_read() { read_.wake(stream::Wake::cancelled); }

    // Ends the pending waits as cancelled, and each later one at once.
    void cancel();

  protected:
    ~Http2Flow();

    // What is read and sent from here on.
    void use(http2::Stream& stream) { stream_ = &stream; }

    // A head said whether nothing follows it.
    void note_end(bool ends) { ended_ = ends; }

    // What is sent, and the head has been already: with a body of none nothing follows it.
    void begin_body(const http::Body& body);
    // The stream is nobody's any more.
    void leave(http2::Code code);

    // How much the peer must send while it is waited for, on average.
    void use_pace(limit::Pace reading) { reading_ = reading; }

    // Waits until something happens on the read side, for at most so long.
    Task<Fault> wait(Duration timeout);

    // Why a stream that is over ended, as far as this side can tell.
    [[nodiscard]] Fault gone(Fault otherwise) const;

    // The peer has said all it had to say.
    [[nodiscard]] bool read_all() const { return ended_; }

    // So have we: the last byte was offered, and a stream that is over has taken it.
    [[nodiscard]] bool sent_all() const { return finished_; }

    // It said less than it had announced, or more.
    [[nodiscard]] bool malformed() const {
        return stream_ == nullptr && !ended_ && closed_with_ == http2::Code::protocol_error;
    }

    void on_data(std::string_view bytes) noexcept override;
    void on_end(std::span<const http::Field> trailers) noexcept override;

    void on_sent() noexcept override { write_.wake(stream::Wake::ready); }

    void on_closed(http2::Code code) noexcept override;

    // The stream is over, and whoever waited has been told. May destroy the flow.
    virtual void on_over() noexcept {}

    http2::Link& link_;
    const PeerFaults& faults_;
    Duration timeout_;
    http2::Stream* stream_ = nullptr;  // null before there is one, and once it is over
    http2::Code closed_with_ = http2::Code::no_error;  // once it is over
    bool cancelled_ = false;
    stream::Signal read_;

  private:
    void wake_both(stream::Wake how, bool& destroyed);
    Task<Fault> sent();

    limit::Pace reading_;
    std::string arrived_;  // not handed out yet
    std::string taken_;    // handed out by next(), until it is called again
    bool ended_ = false;   // nothing more arrives
    std::string trailer_text_;
    std::vector<http::Field> trailers_;
    http::Body body_;            // that is sent
    std::uint64_t offered_ = 0;  // of it
    bool finished_ = false;      // its last byte has been offered
    bool* destroyed_ = nullptr;  // non-null while somebody is woken who may destroy the flow
    stream::Signal write_;
};

}  // namespace portcullis::relay
