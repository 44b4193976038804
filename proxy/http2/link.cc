#include "proxy/http2/link.h"

#include "proxy/stream/buffer.h"

namespace portcullis::http2 {
namespace {

// Taken from the session before it is written: four frames of the usual largest size.
constexpr std::size_t kGather = 64U << 10U;

}  // namespace

Link::Link(stream::Stream& stream, Role role, const SessionLimits& limits, SessionUser& user,
           Duration write_timeout)
    : stream_{stream}, session_{role, limits, user}, write_timeout_{write_timeout} {
    say();
}

void Link::pull() {
    say();
    if (is_writing_ || deaf_ || lost_ != stream::End::none) {
        return;
    }
    session_.output(out_, kGather);
    if (out_.size() >= kGather) {
        start_writing();
    }
}

// Whoever reads is told from here alone: it may end the link, which nobody else must be inside of.
void Link::on_turn_end() noexcept {
    const bool more = !out_.empty() || session_.has_output();
    if (more && !is_writing_ && !deaf_ && lost_ == stream::End::none) {
        start_writing();
    }
    if (!is_writing_ && (lost_ != stream::End::none || session_.over())) {
        stream_.socket().interrupt_read();
    }
}

void Link::start_writing() {
    is_writing_ = true;
    writing_ = write();
}

// Whoever waited for room is told after each piece, and what it offers then goes into the next.
Task<> Link::write() {
    session_.output(out_, kGather);
    session_.deliver();
    while (!out_.empty() && lost_ == stream::End::none) {
        const stream::End end = co_await stream_.write(out_, write_timeout_);
        out_.clear();
        if (end == stream::End::reset) {
            deaf_ = true;
            break;
        }
        if (end != stream::End::none) {
            lose(end);
            break;
        }
        session_.output(out_, kGather);
        session_.deliver();
    }
    if (session_.streams() == 0) {
        out_ = {};  // an idle connection holds no buffer
    }
    is_writing_ = false;
    if (session_.over()) {
        say();
    }
}

Task<stream::Wake> Link::advance(stream::Deadline deadline) {
    if (dry_ || !stream_.has_pending()) {
        const stream::Wake wake = co_await stream_.socket().readable(deadline);
        if (wake != stream::Wake::ready) {
            if (wake == stream::Wake::cancelled && !session_.over()) {
                lose(stream::End::cancelled);
            }
            co_return wake;
        }
    }
    stream::Buffer in{stream_.socket().loop().slab()};
    const std::span<char> space = in.space();
    const stream::Io io = stream_.try_read(space);
    if (io.end != stream::End::none) {
        lose(io.end);
        co_return stream::Wake::ready;
    }
    dry_ = io.bytes == 0;
    if (!dry_) {
        session_.feed({space.data(), io.bytes}, loop().now());
        session_.deliver();
        say();
    }
    co_return stream::Wake::ready;
}

Task<> Link::finish() {
    if (is_writing_) {
        co_await std::move(writing_);
    }
    if (lost_ == stream::End::none && !deaf_) {
        start_writing();
        co_await std::move(writing_);
    }
}

void Link::lose(stream::End why) {
    if (lost_ != stream::End::none) {
        return;
    }
    lost_ = why;
    session_.lose(Code::cancel);
    session_.deliver();
    say();
}

}  // namespace portcullis::http2
