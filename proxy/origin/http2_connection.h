// An HTTP/2 connection to an endpoint: it carries several exchanges at once, each on a stream of
// its own, until it has been idle or is too old, or the origin wants no more of them.
#pragma once

#include "base/task.h"
#include "proxy/fault.h"
#include "proxy/http2/link.h"
#include "proxy/origin/breaker.h"
#include "proxy/stream/signal.h"

#include <chrono>

namespace portcullis::origin {

// Told once that a connection is over and nobody uses it. May destroy it.
class Http2Home {
  public:
    virtual void on_over() noexcept = 0;

  protected:
    ~Http2Home() = default;
};

class Http2Connection final : private http2::SessionUser, private stream::Deferred {
  public:
    // Exchanges at once, if the origin allows as many.
    static constexpr std::size_t kStreamsMax = 100;

    struct Times {
        Duration idle;
        Duration age_max;
        Duration write;  // for an origin that takes nothing
    };

    // established: connected, and its TLS handshake done. The home must outlive the connection.
    Http2Connection(stream::Stream established, const Times& times, Http2Home& home);
    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;
    ~Http2Connection();  // nobody uses it

    // Until the origin has shown that it speaks HTTP/2, and said what it allows.
    Task<Fault> settle(Duration timeout);

    // Takes one more exchange, now. Not before it has settled: those who came while it was made go
    // first, in their order.
    [[nodiscard]] bool takes() const;

    // Whether it has taken one before.
    [[nodiscard]] bool reused() const { return begun_ > 1; }

    // Nobody uses it, and nobody can any more.
    [[nodiscard]] bool over() const { return over_ && active_ == 0; }

    void begin_exchange();
    void end_exchange();

    // Takes no more exchanges, and ends when there is none.
    void retire();

    [[nodiscard]] http2::Link& link() { return link_; }

    [[nodiscard]] const stream::Stream& stream() const { return stream_; }

    Breaker::Place place;  // among its service's connections

  private:
    using Clock = std::chrono::steady_clock;

    void on_request(http2::Stream&, std::unique_ptr<http2::Head>, bool) noexcept override {}

    void on_goaway(http2::Code) noexcept override { retire(); }

    void on_turn_end() noexcept override;
    Task<> run();
    void note_settled();
    [[nodiscard]] stream::Deadline patience() const;
    void end_if_unused();

    stream::Stream stream_;
    const Times times_;
    Http2Home& home_;
    http2::Link link_;
    stream::Signal settled_;
    const Clock::time_point born_ = Clock::now();
    stream::Deadline idle_until_;  // while there is no exchange
    std::size_t active_ = 0;
    std::size_t begun_ = 0;
    bool retired_ = false;
    bool over_ = false;
    Task<> running_;  // from construction until the connection is over
};

}  // namespace portcullis::origin
