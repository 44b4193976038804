// The client's side of an exchange on one stream of an HTTP/2 connection.
#pragma once

#include "proxy/http2/link.h"
#include "proxy/http2/session.h"
#include "proxy/relay/client_side.h"
#include "proxy/stream/signal.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace portcullis::relay {

class Http2Client final : public ClientSide, private http2::StreamUser {
  public:
    // ends: the request has no body.
    Http2Client(Client& connection, Context& context, http2::Link& link, http2::Stream& stream,
                std::unique_ptr<http2::Head> head, bool ends);
    ~Http2Client();

    Task<Fault> read_head() override;

    [[nodiscard]] bool began() const override { return true; }

    [[nodiscard]] const http::RequestHead& request() const override {
        return std::as_const(*head_).request();
    }

    [[nodiscard]] http::Body body() const override { return body_; }

    [[nodiscard]] std::string_view upgrade() const override { return head_->request().protocol; }

    [[nodiscard]] http::Refusal refusal() const override { return refusal_; }

    void interrupt_read() override { read_.wake(stream::Wake::cancelled); }

    void cancel() override;

    Piece next() override;
    Task<Fault> more() override;

    [[nodiscard]] Trailers trailers() const override { return trailers_; }

    void watch_hangup(HangupListener& listener) override;

    void unwatch_hangup() override { listener_ = nullptr; }

    Task<Fault> interim(const http::OutgoingAnswer& answer) override;
    void begin_answer(const http::OutgoingAnswer& answer, bool last) override;

    [[nodiscard]] bool answer_begun() const override { return begun_; }

    void begin_tunnel(Duration timeout) override;

    void use_body_timeout(Duration timeout) override { timeout_ = timeout; }

    Task<Fault> send(std::string_view data) override;
    Task<Fault> flush() override;
    Task<Fault> end(Trailers trailers) override;
    void give_up(Fault fault) override;

  private:
    // Says whether the side still is there, after something that may have ended its exchange.
    class Alive {
      public:
        explicit Alive(Http2Client& side) : side_{&side}, outer_{side.alive_} {
            side.alive_ = this;
        }

        Alive(const Alive&) = delete;
        Alive& operator=(const Alive&) = delete;

        ~Alive() {
            if (side_ != nullptr) {
                side_->alive_ = outer_;
            }
        }

        explicit operator bool() const { return side_ != nullptr; }

      private:
        friend Http2Client;
        Http2Client* side_;  // null once it is gone
        Alive* const outer_;
    };

    void on_answer(std::unique_ptr<http2::Head>, bool) noexcept override {}

    void on_data(std::string_view bytes) noexcept override;
    void on_end(std::span<const http::Field> trailers) noexcept override;

    void on_sent() noexcept override { write_.wake(stream::Wake::ready); }

    void on_closed(http2::Code code) noexcept override;

    void ask_for_upgrade();
    [[nodiscard]] bool is_bodiless() const;
    [[nodiscard]] Fault gone() const;
    Task<Fault> sent();

    http2::Link& link_;
    http2::Stream* stream_;  // null once the stream is over
    std::unique_ptr<http2::Head> head_;
    std::array<char, 24> websocket_key_{};
    http::Body body_;
    http::Refusal refusal_ = http::Refusal::none;

    // The request's body.
    std::string arrived_;  // not handed out yet
    std::string taken_;    // handed out by next(), until it is called again
    bool ended_;           // nothing more arrives
    std::string trailer_text_;
    std::vector<http::Field> trailers_;

    // The answer.
    bool begun_ = false;
    bool finished_ = false;  // its last byte has been offered
    http::Body answer_body_;
    std::uint64_t offered_ = 0;  // of the body

    http2::Code closed_with_ = http2::Code::no_error;  // once the stream is over
    bool tunnel_ = false;
    bool cancelled_ = false;
    Alive* alive_ = nullptr;  // the innermost
    Duration timeout_;        // for each wait
    stream::Signal read_;
    stream::Signal write_;
    HangupListener* listener_ = nullptr;  // non-null exactly while watching
};

}  // namespace portcullis::relay
