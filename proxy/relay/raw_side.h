// One end of a connection that is passed on as it is, without TLS of ours and without HTTP.
#pragma once

#include "proxy/relay/client.h"
#include "proxy/relay/http1_flow.h"

#include <string>

namespace portcullis::relay {

class RawSide final : public Source, public Sink, public Cuttable {
  public:
    // in: what was read of the peer already. Both must outlive it.
    RawSide(stream::Stream& stream, stream::Buffer& in, const PeerFaults& faults, Duration timeout)
        : stream_{stream}, flow_{stream, in, out_, faults, 0, timeout} {
        flow_.begin_tunnel(timeout);
    }

    Piece next() override { return flow_.next(); }

    Task<Fault> more() override { return flow_.more(); }

    [[nodiscard]] Trailers trailers() const override { return {}; }

    Task<Fault> send(std::string_view data) override { return flow_.send(data); }

    Task<Fault> flush() override { return flow_.flush(); }

    Task<Fault> end(Trailers) override { return flow_.end({}); }

    void cancel() override { stream_.socket().cancel(); }

  private:
    stream::Stream& stream_;
    std::string out_;
    Http1Flow flow_;
};

}  // namespace portcullis::relay
