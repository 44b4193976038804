#include "proxy/relay/http2.h"

#include "proxy/relay/exchange.h"
#include "proxy/relay/http2_client.h"

namespace portcullis::relay {
namespace {

using Clock = std::chrono::steady_clock;

// The peer has so long to answer the first GOAWAY, before the second one is sent all the same.
constexpr Duration kDrainTime = 1s;
// Exchanges that were reset may take a moment to end, while an origin is being connected to. Beyond
// so many for each stream that may be open, new ones have to wait for that.
constexpr std::size_t kExchangesPerStream = 2;
// What an exchange holds besides its head and its body: frames, working memory, our answer's head.
constexpr std::size_t kExchangeBytes = 8U << 10U;

http2::SessionLimits limits_of(const Config& config) {
    http2::SessionLimits limits;
    limits.streams = config.limits.streams_per_connection;
    limits.head = {config.limits.header_bytes.bytes, config.limits.headers,
                   config.limits.request_line.bytes};
    limits.resets_per_minute = config.limits.http2_resets_per_minute;
    limits.control_frames_per_minute = config.limits.http2_control_frames_per_minute;
    return limits;
}

class Http2Connection final : public http2::SessionUser, public Drainable {
  public:
    Http2Connection(Client& client, Context& context)
        : client_{client},
          context_{context},
          limits_{limits_of(*context.site->config)},
          link_{client.stream, http2::Role::server, limits_, *this,
                context.site->config->timeouts.body},
          all_ended_{context.loop} {
        client_.multiplexed = this;
        context_.idle.push_back(client_);
    }

    Http2Connection(const Http2Connection&) = delete;
    Http2Connection& operator=(const Http2Connection&) = delete;

    ~Http2Connection() {
        client_.multiplexed = nullptr;
        client_.IdleHook::unlink();
    }

    Task<> run();

    void drain() override;

  private:
    void on_request(http2::Stream& stream, std::unique_ptr<http2::Head> head,
                    bool ends) noexcept override;

    void on_goaway(http2::Code code) noexcept override;

    static Task<> serve(Http2Connection& self, http2::Stream& stream,
                        std::unique_ptr<http2::Head> head, bool ends, std::size_t held);
    void exchange_ended(std::size_t held);
    [[nodiscard]] stream::Deadline patience();
    [[nodiscard]] stream::Deadline patience_of_connection();
    [[nodiscard]] std::optional<stream::Deadline> end_of_section() const;
    void on_timeout();
    void on_quiet();
    void count_abuse();

    Client& client_;
    Context& context_;
    const http2::SessionLimits limits_;
    http2::Link link_;
    std::size_t exchanges_ = 0;
    bool hurried_ = false;                                 // the second GOAWAY is on its way
    Clock::time_point quiet_since_ = context_.loop.now();  // while there is no exchange
    std::optional<stream::Deadline> drained_by_;           // from the first GOAWAY on
    stream::Signal all_ended_;
};

Task<> Http2Connection::run() {
    context_.counters.add(observe::Count::http2_connections);
    if (context_.draining) {
        drain();
    }
    while (link_.lost() == stream::End::none && !link_.session().over()) {
        const stream::Wake wake = co_await link_.advance(patience());
        if (wake == stream::Wake::timeout) {
            on_timeout();
        }
    }
    co_await link_.finish();
    count_abuse();
    const bool proper = link_.lost() == stream::End::none || link_.lost() == stream::End::closed;
    link_.lose(stream::End::closed);
    if (exchanges_ > 0) {
        co_await all_ended_.wait(stream::kForever);
    }
    if (proper) {
        co_await client_.stream.linger();
    }
}

// Until the connection has been without an exchange for too long, has been draining for long
// enough, or a header section takes too long: a request's or trailers, neither of which may keep
// an otherwise busy connection in its hand.
stream::Deadline Http2Connection::patience() {
    const stream::Deadline patience = patience_of_connection();
    return std::min(patience, end_of_section().value_or(patience));
}

std::optional<stream::Deadline> Http2Connection::end_of_section() const {
    const auto since = link_.session().section_since();
    if (!since) {
        return std::nullopt;
    }
    return stream::Deadline{*since + context_.site->config->timeouts.header};
}

void Http2Connection::on_timeout() {
    const auto section = end_of_section();
    if (!section || !section->passed(context_.loop.now())) {
        return on_quiet();
    }
    context_.count(Fault::client_slow_header, client_.address);
    link_.session().end(http2::Code::enhance_your_calm);
    link_.session().deliver();
    link_.say();
}

// A deadline that has passed and changes nothing must not be waited for again: the second GOAWAY is
// sent once, and then either the exchanges end the connection or its last word does.
stream::Deadline Http2Connection::patience_of_connection() {
    if (hurried_) {
        return stream::Deadline::never();
    }
    if (link_.session().draining()) {
        if (!drained_by_) {
            drained_by_ = context_.loop.in(kDrainTime);
        }
        return *drained_by_;
    }
    if (exchanges_ > 0) {
        return stream::Deadline::never();
    }
    return stream::Deadline{quiet_since_ + context_.site->config->timeouts.idle};
}

void Http2Connection::on_quiet() {
    hurried_ = true;
    link_.session().drain();
    link_.session().hurry();
    link_.say();
}

// Without an error it waits for what it has asked for, and asks for nothing more (RFC 9113, 6.8).
// With one it has given up the connection.
void Http2Connection::on_goaway(http2::Code code) noexcept {
    if (code == http2::Code::no_error) {
        on_quiet();
    } else {
        link_.lose(stream::End::closed);
    }
}

// Nothing is under way that a client could lose, or it has so long to hear of it.
void Http2Connection::drain() {
    if (exchanges_ == 0 && !context_.idle_may_ask) {
        return on_quiet();
    }
    link_.session().drain();
    link_.say();
    client_.stream.socket().restart_read_deadline(patience());
}

void Http2Connection::on_request(http2::Stream& stream, std::unique_ptr<http2::Head> head,
                                 bool ends) noexcept {
    if (exchanges_ >= kExchangesPerStream * limits_.streams) {
        return link_.session().use(stream, nullptr, http2::Code::refused_stream);
    }
    const std::size_t bytes = kExchangeBytes + head->bytes() + (ends ? 0 : limits_.window);
    // A head that the client repeats costs it a byte (RFC 7541), and us all of it for as long as
    // the client likes to wait for its response.
    if (!context_.try_hold(client_, bytes)) {
        context_.counters.add(observe::Count::http2_memory_exceeded);
        return link_.session().use(stream, nullptr, http2::Code::refused_stream);
    }
    ++exchanges_;
    client_.IdleHook::unlink();
    spawn(serve(*this, stream, std::move(head), ends, bytes));
}

Task<> Http2Connection::serve(Http2Connection& self, http2::Stream& stream,
                              std::unique_ptr<http2::Head> head, bool ends, std::size_t held) {
    {
        Http2Client side{self.client_, self.context_, self.link_, stream, std::move(head), ends};
        co_await serve_exchange(side);
    }
    self.exchange_ended(held);
}

// May be the last thing that happens to the connection.
void Http2Connection::exchange_ended(std::size_t held) {
    context_.release(client_, held);
    if (--exchanges_ > 0) {
        return;
    }
    context_.idle.push_back(client_);
    quiet_since_ = context_.loop.now();
    client_.stream.socket().restart_read_deadline(patience());
    all_ended_.wake(stream::Wake::ready);
}

void Http2Connection::count_abuse() {
    if (link_.session().abuse() != http2::Abuse::none) {
        context_.note_offence(client_.address);
    }
    switch (link_.session().abuse()) {
        case http2::Abuse::none:
            break;
        case http2::Abuse::resets:
            return context_.counters.add(observe::Count::http2_resets_exceeded);
        case http2::Abuse::control_frames:
            return context_.counters.add(observe::Count::http2_control_frames_exceeded);
        case http2::Abuse::header_flood:
            return context_.counters.add(observe::Count::http2_headers_exceeded);
    }
}

}  // namespace

Task<> serve_http2(Client& client, Context& context) {
    Http2Connection connection{client, context};
    co_await connection.run();
}

}  // namespace portcullis::relay
