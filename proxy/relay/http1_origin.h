// The origin's side of an exchange on an HTTP/1 connection.
#pragma once

#include "proxy/http1/lenient.h"
#include "proxy/origin/service.h"
#include "proxy/relay/context.h"
#include "proxy/relay/http1_flow.h"
#include "proxy/relay/origin_side.h"

#include <string>

namespace portcullis::relay {

// What an origin's answer may have at most; beyond it the answer is a bad one.
constexpr http1::HeadLimits kAnswerLimits{8U << 10U, 48U << 10U, 256};

class Http1Origin final : public OriginSide {
  public:
    // lease: with a connection. timeout: without a byte moving, either way.
    Http1Origin(origin::Lease& lease, Context& context, Duration timeout);

    void begin_request(const http::OutgoingRequest& request) override;

    Task<Fault> send(std::string_view data) override { return flow_.send(data); }

    Task<Fault> flush() override { return flow_.flush(); }

    Task<Fault> end(Trailers trailers) override { return flow_.end(trailers); }

    Task<Fault> read_head(Duration timeout) override;
    void restart_deadline(Duration timeout) override;

    [[nodiscard]] const http::ResponseHead& answer() const override { return work_->parser.head(); }

    [[nodiscard]] http::Body body() const override { return body_; }

    Piece next() override { return flow_.next(); }

    Task<Fault> more() override { return flow_.more(); }

    [[nodiscard]] Trailers trailers() const override { return flow_.trailers(); }

    void begin_tunnel(Duration timeout) override { flow_.begin_tunnel(timeout); }

    void begin_stream(Duration timeout) override { flow_.use_timeout(timeout); }

    [[nodiscard]] bool answered() const override { return answered_; }

    [[nodiscard]] bool untouched() const override { return false; }

    void cancel() override;
    void finish(bool complete) override;

  private:
    [[nodiscard]] stream::Stream& stream() const { return lease_.connection->stream; }

    http1::Step parse_head();
    http1::Step parse_lenient_head();
    Fault judge();
    [[nodiscard]] bool switches() const;

    origin::Lease& lease_;
    const bool lenient_;  // response_parsing of the service
    Pool<Http1Answer>::Lent work_;
    stream::Buffer in_;
    Http1Flow flow_;
    http1::LenientSection section_{
        http1::LenientSection::Part::head};  // of the head that is awaited
    http::Body body_;
    stream::Deadline deadline_ = stream::Deadline::never();  // of the head that is awaited
    bool to_head_ = false;
    std::string upgrade_;           // asked for; else empty
    std::string websocket_accept_;  // that proves that our key was read; empty when it is not ours
    bool answered_ = false;
    bool keeps_ = false;     // the origin's connection may carry another exchange
    bool doubtful_ = false;  // unless one of its heads announced a body that it cannot have
};

}  // namespace portcullis::relay
