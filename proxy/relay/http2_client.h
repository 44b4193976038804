// The client's side of an exchange on one stream of an HTTP/2 connection.
#pragma once

#include "proxy/relay/client_side.h"
#include "proxy/relay/http2_flow.h"
#include "proxy/relay/websocket.h"

#include <memory>
#include <string_view>
#include <utility>

namespace portcullis::relay {

class Http2Client final : public ClientSide, private Http2Flow, private stream::Deferred {
  public:
    // ends: the request has no body.
    Http2Client(Client& connection, Context& context, http2::Link& link, http2::Stream& stream,
                std::unique_ptr<http2::Head> head, bool ends);

    Task<Fault> read_head() override;

    [[nodiscard]] bool began() const override { return true; }

    [[nodiscard]] const http::RequestHead& request() const override {
        return std::as_const(*head_).request();
    }

    [[nodiscard]] http::Body body() const override { return body_; }

    [[nodiscard]] std::string_view upgrade() const override { return head_->request().protocol; }

    [[nodiscard]] std::string_view made_key() const override {
        return upgrade().empty() ? std::string_view{}
                                 : std::string_view{websocket_key_.data(), websocket_key_.size()};
    }

    [[nodiscard]] http::Refusal refusal() const override { return refusal_; }

    void interrupt_read() override { Http2Flow::interrupt_read(); }

    void cancel() override { Http2Flow::cancel(); }

    Piece next() override;
    Task<Fault> more() override;

    [[nodiscard]] Trailers trailers() const override { return Http2Flow::trailers(); }

    void watch_hangup(HangupListener& listener) override;

    void unwatch_hangup() override { listener_ = nullptr; }

    Task<Fault> interim(const http::OutgoingAnswer& answer) override;
    void begin_answer(const http::OutgoingAnswer& answer, bool last) override;

    [[nodiscard]] bool answer_begun() const override { return begun_; }

    void begin_tunnel(Duration timeout) override;

    void use_body_timeout(Duration timeout) override { timeout_ = timeout; }

    void begin_stream(Duration timeout) override {
        timeout_ = timeout;
        use_pace(limit::Pace{});
    }

    Task<Fault> send(std::string_view data) override;

    Task<Fault> flush() override { return Http2Flow::flush(); }

    Task<Fault> end(Trailers trailers) override { return Http2Flow::end(trailers); }

    void give_up(Fault fault) override;

  private:
    void on_answer(std::unique_ptr<http2::Head>, bool) noexcept override {}

    void on_over() noexcept override;
    void on_turn_end() noexcept override;

    Task<Fault> read_end();
    void ask_for_upgrade();
    [[nodiscard]] bool is_bodiless() const;

    std::unique_ptr<http2::Head> head_;
    WebSocketKey websocket_key_{};  // once a tunnel was asked for
    http::Body body_;
    http::Refusal refusal_ = http::Refusal::none;
    bool begun_ = false;     // the answer
    bool bodiless_ = false;  // the answer: what is sent after its head is dropped
    bool tunnel_ = false;
    HangupListener* listener_ = nullptr;  // non-null exactly while watching
};

}  // namespace portcullis::relay
