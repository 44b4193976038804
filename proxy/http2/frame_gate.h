// Looks at the heads of a client's frames before nghttp2 does, which knows no stream that is closed
// and so takes what belongs to one for something to ignore (RFC 9113, 5.1, 5.1.1, 5.3.1 and 6.3).
//
// What is refused follows from the client's own bytes alone. A stream is over for the gate once the
// client has ended or reset it, never because we have: frames for a stream that we reset may have
// been on their way, for as long as the client likes (RFC 9113, 5.1), and nghttp2 drops them.
#pragma once

#include "proxy/http2/code.h"
#include "proxy/http2/stream_ids.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis::http2 {

// For the server's side of a connection. Copies no bodies, and allocates only for stream ids.
class FrameGate {
  public:
    struct GateVerdict {
        std::size_t passed;           // bytes that nghttp2 may have
        Code error = Code::no_error;  // how the connection ends after them, unless it goes on
    };

    // The next bytes of the connection, from its preface on, in any pieces. Nothing may follow an
    // error.
    GateVerdict feed(std::string_view bytes);

  private:
    static constexpr std::size_t kPrefaceBytes = 24;
    static constexpr std::size_t kHeadBytes = 9;
    static constexpr std::size_t kDependencyBytes = 4;  // the first field of PRIORITY

    Code judge_head();
    Code judge_headers();
    [[nodiscard]] Code judge_dependency() const;
    void note_end();

    std::size_t skip_ = kPrefaceBytes;  // bytes of no interest, before the next head
    std::array<std::uint8_t, kHeadBytes + kDependencyBytes> head_{};
    std::size_t have_ = 0;           // of head_
    std::size_t want_ = kHeadBytes;  // more for PRIORITY
    std::uint32_t length_ = 0;       // of the frame's payload
    std::uint32_t stream_ = 0;       // of the frame
    std::uint32_t highest_ = 0;      // stream that the client has opened
    bool in_section_ = false;        // CONTINUATION is to follow, and nghttp2 sees to that
    StreamIds ended_;                // by the client
    StreamIds passed_over_;          // lower ones than highest_ that it has not opened
};

}  // namespace portcullis::http2
