// An origin as one try of one exchange sees it: the request goes to it, an answer comes from it.
// HTTP/1 has one at a time on a connection, HTTP/2 one for each stream.
//
// In this order: begin_request(), then the body by send() and end(), and beside that read_head()
// until it is the answer's, then the answer's body by next() and more(), then finish(). A side that
// is destroyed before finish() gives up what it was doing (HTTP/1 closes, HTTP/2 resets its
// stream).
#pragma once

#include "config/types/duration.h"
#include "proxy/http/message.h"
#include "proxy/relay/body_flow.h"
#include "proxy/relay/client.h"

namespace portcullis::relay {

class OriginSide : public Source, public Sink, public Cuttable {
  public:
    OriginSide() = default;
    OriginSide(const OriginSide&) = delete;
    OriginSide& operator=(const OriginSide&) = delete;

    // The head, which leaves with what follows. A failure is told by what follows.
    virtual void begin_request(const http::OutgoingRequest& request) = 0;

    // One more head: interim ones, too, and a 101 for the tunnel that was asked for. Its views end
    // with the first next(), or the next read_head().
    virtual Task<Fault> read_head(Duration timeout) = 0;
    // The same, for a read_head() that is pending.
    virtual void restart_deadline(Duration timeout) = 0;
    [[nodiscard]] virtual const http::ResponseHead& answer() const = 0;
    [[nodiscard]] virtual http::Body body() const = 0;

    // The response is a stream, which may be silent: each wait may last for timeout.
    virtual void begin_stream(Duration timeout) = 0;
    // After a 101: send() and next() are the tunnel's, and each wait may last for timeout.
    virtual void begin_tunnel(Duration timeout) = 0;

    // Whether any byte of an answer has come.
    [[nodiscard]] virtual bool answered() const = 0;
    // Whether it is certain that the origin has done nothing with the request (RFC 9113, 8.7).
    [[nodiscard]] virtual bool untouched() const = 0;

    // Ends the pending waits of this side as cancelled, and each later one at once.
    void cancel() override = 0;
    // The answer has been read to its end: the connection may carry other exchanges. complete: so
    // has been the sending of the request.
    virtual void finish(bool complete) = 0;

  protected:
    ~OriginSide() = default;
};

}  // namespace portcullis::relay
