// The client's side of an exchange on an HTTP/1 connection.
#pragma once

#include "proxy/http1/parser.h"
#include "proxy/relay/client_side.h"
#include "proxy/relay/http1_flow.h"

#include <string>

namespace portcullis::relay {

// What becomes of the client's connection after an exchange.
enum class After : std::uint8_t {
    keep,
    close,  // properly: the client has got all that there was
    cut,    // without close_notify: an answer is incomplete, and the client must not take it for
            // whole
};

class Http1Client final : public ClientSide,
                          private stream::Waiter,
                          private stream::EndListener,
                          private stream::Deferred {
  public:
    // The request begins in in, or will arrive there; what the client sent beyond it is left there.
    Http1Client(Client& connection, stream::Buffer& in, Context& context);

    ~Http1Client() { Http1Client::unwatch_hangup(); }

    // Once the exchange is over.
    [[nodiscard]] After after() const;

    Task<Fault> read_head() override;

    [[nodiscard]] bool began() const override { return began_; }

    [[nodiscard]] const http::RequestHead& request() const override { return work_->parser.head(); }

    [[nodiscard]] http::Body body() const override { return body_; }

    [[nodiscard]] std::string_view upgrade() const override { return upgrade_; }

    [[nodiscard]] http::Refusal refusal() const override { return refusal_; }

    void interrupt_read() override;
    void cancel() override;

    Piece next() override;

    Task<Fault> more() override { return flow_.more(); }

    [[nodiscard]] Trailers trailers() const override { return flow_.trailers(); }

    void watch_hangup(HangupListener& listener) override;
    void unwatch_hangup() override;

    Task<Fault> interim(const http::OutgoingAnswer& answer) override;
    void begin_answer(const http::OutgoingAnswer& answer, bool last) override;

    [[nodiscard]] bool answer_begun() const override { return flow_.written() && begun_; }

    void begin_tunnel(Duration timeout) override;

    void use_body_timeout(Duration timeout) override { flow_.use_timeout(timeout); }

    void begin_stream(Duration timeout) override {
        flow_.use_timeout(timeout);
        flow_.use_pace(limit::Pace{}, limit::Pace{});
    }

    Task<Fault> send(std::string_view data) override;

    Task<Fault> flush() override { return flow_.flush(); }

    Task<Fault> end(Trailers trailers) override { return flow_.end(trailers); }

    void give_up(Fault fault) override;

  private:
    void on_wake(stream::Wake wake) noexcept override;
    void on_end() noexcept override;
    void on_turn_end() noexcept override;
    void look_for_close_notify();
    void tell(Fault why);
    Fault refuse(http::Refusal why);
    Fault judge();

    Pool<Http1Request>::Lent work_;
    stream::Buffer& in_;
    Http1Flow flow_;
    http::Body body_;
    std::string_view upgrade_;
    http::Refusal refusal_ = http::Refusal::none;
    bool began_ = false;
    bool begun_ = false;  // the answer's head is in work_->out, or was written
    bool to_head_ = false;
    bool bodiless_ = false;  // the answer: what is sent after its head is dropped
    bool keep_ = false;
    bool cut_ = false;
    HangupListener* listener_ = nullptr;  // non-null exactly while watching
    bool looking_ = false;                // the socket's read side is watched for a close_notify
    bool enough_ = false;                 // nothing more is to be learnt from what may be read
};

}  // namespace portcullis::relay
