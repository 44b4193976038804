#include "proxy/http2/frame_gate.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace portcullis::http2 {
namespace {

constexpr std::uint32_t kIdBits = 0x7fffffff;
constexpr std::uint32_t kPriorityBytes = 5;

std::uint32_t number32(const std::uint8_t* bytes) {
    return std::uint32_t{bytes[0]} << 24U | std::uint32_t{bytes[1]} << 16U |
           std::uint32_t{bytes[2]} << 8U | std::uint32_t{bytes[3]};
}

}  // namespace

FrameGate::GateVerdict FrameGate::feed(std::string_view bytes) {
    std::size_t at = 0;
    std::size_t frame_at = 0;  // where the frame began, as far as it began in these bytes
    while (at < bytes.size()) {
        if (skip_ > 0) {
            const std::size_t size = std::min(skip_, bytes.size() - at);
            skip_ -= size;
            at += size;
            continue;
        }
        frame_at = have_ == 0 ? at : frame_at;
        const std::size_t size = std::min(want_ - have_, bytes.size() - at);
        std::copy_n(bytes.data() + at, size, head_.data() + have_);
        have_ += size;
        at += size;
        if (have_ < want_) {
            break;
        }
        const Code error = want_ == kHeadBytes ? judge_head() : judge_dependency();
        if (error != Code::no_error) {
            return {frame_at, error};
        }
        if (have_ == want_) {  // or there is more to look at
            skip_ = length_ - (have_ - kHeadBytes);
            have_ = 0;
            want_ = kHeadBytes;
        }
    }
    return {bytes.size()};
}

Code FrameGate::judge_head() {
    length_ = number32(head_.data()) >> 8U;
    stream_ = number32(head_.data() + 5) & kIdBits;
    const std::uint8_t type = head_[3];
    const std::uint8_t flags = head_[4];
    if (in_section_) {
        in_section_ = (flags & NGHTTP2_FLAG_END_HEADERS) == 0;
        return Code::no_error;
    }
    switch (type) {
        case NGHTTP2_DATA:
            if (ended_.contains(stream_) || passed_over_.contains(stream_)) {
                return Code::stream_closed;
            }
            break;
        case NGHTTP2_HEADERS:
            if (const Code error = judge_headers(); error != Code::no_error) {
                return error;
            }
            break;
        case NGHTTP2_PRIORITY:
            if (stream_ == 0) {
                return Code::protocol_error;
            }
            want_ += length_ == kPriorityBytes ? kDependencyBytes : 0;
            return Code::no_error;
        case NGHTTP2_RST_STREAM:
            note_end();
            return Code::no_error;
        default:
            return Code::no_error;
    }
    if ((flags & NGHTTP2_FLAG_END_STREAM) != 0) {
        note_end();
    }
    return Code::no_error;
}

Code FrameGate::judge_headers() {
    in_section_ = (head_[4] & NGHTTP2_FLAG_END_HEADERS) == 0;
    if (stream_ % 2 == 0) {
        return Code::no_error;  // no stream of a client: nghttp2 says so
    }
    if (stream_ > highest_) {
        if (stream_ > highest_ + 2) {
            passed_over_.add(highest_ == 0 ? 1 : highest_ + 2, stream_ - 2);
        }
        highest_ = stream_;
        return Code::no_error;
    }
    if (ended_.contains(stream_)) {
        return Code::stream_closed;
    }
    // RFC 9113, 5.1.1: each id is higher than all before it.
    return passed_over_.contains(stream_) ? Code::protocol_error : Code::no_error;
}

Code FrameGate::judge_dependency() const {
    const std::uint32_t on = number32(head_.data() + kHeadBytes) & kIdBits;
    return on == stream_ ? Code::protocol_error : Code::no_error;
}

// Only what was opened can end. What was not is nghttp2's to refuse.
void FrameGate::note_end() {
    if (stream_ % 2 == 1 && stream_ <= highest_ && !passed_over_.contains(stream_)) {
        ended_.add(stream_);
    }
}

}  // namespace portcullis::http2
