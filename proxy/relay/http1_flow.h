// Bodies in and out of an HTTP/1 connection during one exchange, and the bytes of a tunnel: what
// the client's side and the origin's side have in common.
#pragma once

#include "config/types/duration.h"
#include "proxy/limit/pace.h"
#include "proxy/relay/body.h"
#include "proxy/relay/peer_faults.h"
#include "proxy/stream/buffer.h"
#include "proxy/stream/stream.h"

#include <string>

namespace portcullis::relay {

class Http1Flow {
  public:
    // in may hold bytes already; out is empty. All must outlive the flow. gather: pieces are
    // collected up to so many bytes before they are written.
    Http1Flow(stream::Stream& stream, stream::Buffer& in, std::string& out,
              const PeerFaults& faults, std::size_t gather, Duration timeout)
        : stream_{stream},
          in_{in},
          out_{out},
          faults_{faults},
          gather_{gather},
          timeout_{timeout} {}

    Http1Flow(const Http1Flow&) = delete;
    Http1Flow& operator=(const Http1Flow&) = delete;

    // What is read from here on is a body of that framing; before there is none.
    void expect(const http1::Framing& framing,
                http1::Tolerance tolerance = http1::Tolerance::none) {
        reader_.emplace(framing, tolerance);
    }

    // A message is begun: nothing of an earlier one is still to be written. chunked: how the body
    // that is sent after its head will be framed.
    void begin(bool chunked) {
        out_.clear();
        chunked_ = chunked;
        written_ = false;
    }

    // Bytes both ways from here on, without framing.
    void begin_tunnel(Duration timeout);

    // For each wait from here on.
    void use_timeout(Duration timeout) { timeout_ = timeout; }

    // How much the peer must move while it is waited for, on average; in a tunnel nothing.
    void use_pace(limit::Pace reading, limit::Pace writing) {
        reading_ = reading;
        writing_ = writing;
    }

    // The peer need not send any more than it likes, from the wait under way on.
    void free_reading() { reading_ = limit::Pace{}; }

    // As Source and Sink have them.
    Piece next();
    Task<Fault> more();

    [[nodiscard]] Trailers trailers() const { return reader_->trailers(); }

    Task<Fault> send(std::string_view data);
    Task<Fault> flush();
    Task<Fault> end(Trailers trailers);

    // The whole body has been read.
    [[nodiscard]] bool read_all() const { return !reader_ || reader_->done(); }

    [[nodiscard]] http::Refusal refusal() const {
        return reader_ ? reader_->refusal() : http::Refusal::none;
    }

    // Bytes of the message that was begun are on their way.
    [[nodiscard]] bool written() const { return written_; }

  private:
    Piece next_of_tunnel();
    Task<stream::Io> read();
    Task<Fault> more_of_tunnel();
    Task<Fault> end_tunnel();
    Task<Fault> write(std::string_view data);
    Task<Fault> wait_for(Task<stream::End> writing, std::size_t bytes);
    Fault wrote(stream::End end);

    stream::Stream& stream_;
    stream::Buffer& in_;
    std::string& out_;
    const PeerFaults& faults_;
    const std::size_t gather_;
    Duration timeout_;
    limit::Pace reading_;
    limit::Pace writing_;
    std::optional<BodyReader> reader_;
    bool chunked_ = false;
    bool tunnel_ = false;
    bool closed_ = false;  // in a tunnel: the peer will send no more
    bool dry_ = false;     // in a tunnel: what is pending is part of a TLS record
    bool written_ = false;
};

}  // namespace portcullis::relay
