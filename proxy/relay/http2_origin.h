// The origin's side of an exchange on one stream of an HTTP/2 connection.
#pragma once

#include "proxy/origin/http2_connection.h"
#include "proxy/relay/http2_flow.h"
#include "proxy/relay/origin_side.h"

#include <deque>
#include <memory>
#include <string>

namespace portcullis::relay {

class Http2Origin final : public OriginSide, private Http2Flow {
  public:
    // timeout: without a byte moving, either way. The connection must outlive the side.
    Http2Origin(origin::Http2Connection& connection, Duration timeout);

    void begin_request(const http::OutgoingRequest& request) override;

    Task<Fault> send(std::string_view data) override { return Http2Flow::send(data); }

    Task<Fault> flush() override { return Http2Flow::flush(); }

    Task<Fault> end(Trailers trailers) override;

    Task<Fault> read_head(Duration timeout) override;

    void restart_deadline(Duration timeout) override { read_.restart_deadline(timeout); }

    [[nodiscard]] const http::ResponseHead& answer() const override { return answer_; }

    [[nodiscard]] http::Body body() const override { return body_; }

    Piece next() override { return Http2Flow::next(); }

    Task<Fault> more() override { return Http2Flow::more(); }

    [[nodiscard]] Trailers trailers() const override { return Http2Flow::trailers(); }

    void begin_tunnel(Duration timeout) override { timeout_ = timeout; }

    void begin_stream(Duration timeout) override { timeout_ = timeout; }

    [[nodiscard]] bool answered() const override { return answered_; }

    // Never sent, refused, or beyond the last stream that a GOAWAY leaves.
    [[nodiscard]] bool untouched() const override {
        return refused_ || closed_with_ == http2::Code::refused_stream;
    }

    void cancel() override { Http2Flow::cancel(); }

    // A stream that is not complete is reset.
    void finish(bool) override { leave(http2::Code::cancel); }

  private:
    struct ArrivedHead {
        std::unique_ptr<http2::Head> head;
        bool ends;
    };

    void on_answer(std::unique_ptr<http2::Head> head, bool ends) noexcept override;

    Fault judge();
    void switch_protocols();
    [[nodiscard]] Fault without_head() const;

    origin::Http2Connection& connection_;
    std::deque<ArrivedHead> heads_;      // not read yet
    std::unique_ptr<http2::Head> head_;  // that answer_ views into
    http::ResponseHead answer_;
    http::Body body_;
    std::string upgrade_;        // asked for; else empty
    std::string websocket_key_;  // the client's; empty when it sent none
    std::string websocket_accept_;
    bool to_head_ = false;
    bool answered_ = false;
    bool refused_ = false;  // there was no stream for the request
};

}  // namespace portcullis::relay
