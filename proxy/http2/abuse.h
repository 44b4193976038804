// Which budget a peer has used up.
#pragma once

#include <cstdint>

namespace portcullis::http2 {

enum class Abuse : std::uint8_t {
    none,
    resets,  // streams reset by the peer, or by us for what it did (rapid reset, MadeYouReset)
    control_frames,  // SETTINGS, PING, PRIORITY, WINDOW_UPDATE, empty frames and unknown ones
    header_flood,    // header sections far beyond the limits, in fields or in CONTINUATION frames
};

}  // namespace portcullis::http2
