#include "proxy/origin/http2_connection.h"

#include "base/check.h"

namespace portcullis::origin {
namespace {

// As an answer of HTTP/1 has (relay/http1_origin.h). A stream's window grows while it is read.
http2::SessionLimits limits() {
    http2::SessionLimits limits;
    limits.head = {.header_bytes = 48U << 10U, .fields = 256, .path_bytes = 8U << 10U};
    return limits;
}

}  // namespace

Http2Connection::Http2Connection(stream::Stream established, const Times& times, Http2Home& home)
    : stream_{std::move(established)},
      times_{times},
      home_{home},
      link_{stream_, http2::Role::client, limits(), *this, times.write},
      settled_{stream_.socket().loop()},
      idle_until_{link_.loop().in(times.idle)} {
    running_ = run();
}

Http2Connection::~Http2Connection() {
    CHECK(active_ == 0 && "an exchange outlives its connection");
}

Task<Fault> Http2Connection::settle(Duration timeout) {
    if (!link_.session().peer_settled() && !over_) {
        const stream::Wake wake = co_await settled_.wait(timeout);
        if (wake == stream::Wake::timeout) {
            retire();
            co_return Fault::origin_connect_timeout;
        }
    }
    co_return link_.session().peer_settled() ? Fault::none : Fault::origin_bad_answer;
}

bool Http2Connection::takes() const {
    return link_.session().peer_settled() && !retired_ && !over_ && active_ < kStreamsMax &&
           link_.lost() == stream::End::none && link_.session().can_open() &&
           Clock::now() - born_ < times_.age_max;
}

void Http2Connection::begin_exchange() {
    ++active_;
    ++begun_;
}

void Http2Connection::end_exchange() {
    --active_;
    if (active_ > 0) {
        return;
    }
    idle_until_ = link_.loop().in(times_.idle);
    stream_.socket().restart_read_deadline(patience());
    end_if_unused();
}

void Http2Connection::retire() {
    retired_ = true;
    end_if_unused();
}

// At the turn's end, because it may be one of the connection's own steps that brings this about.
void Http2Connection::end_if_unused() {
    if (active_ == 0 && (retired_ || over_)) {
        stream_.socket().loop().defer(static_cast<stream::Deferred&>(*this));
    }
}

void Http2Connection::on_turn_end() noexcept {
    if (active_ > 0) {
        return;
    }
    if (over_) {
        home_.on_over();
    } else {
        link_.session().end(http2::Code::no_error);
        link_.say();
    }
}

// A deadline that has passed and changes nothing must not be waited for again. Once the connection
// is retired its GOAWAY, or an origin that does not take it, interrupts the wait.
stream::Deadline Http2Connection::patience() const {
    return active_ > 0 || retired_ ? stream::Deadline::never() : idle_until_;
}

Task<> Http2Connection::run() {
    while (link_.lost() == stream::End::none && !link_.session().over()) {
        const stream::Wake wake = co_await link_.advance(patience());
        if (wake == stream::Wake::timeout && active_ == 0) {
            retire();
        }
        note_settled();
    }
    co_await link_.finish();
    link_.lose(stream::End::closed);
    over_ = true;
    settled_.wake(stream::Wake::ready);
    end_if_unused();
}

void Http2Connection::note_settled() {
    if (link_.session().peer_settled()) {
        settled_.wake(stream::Wake::ready);
    }
}

}  // namespace portcullis::origin
