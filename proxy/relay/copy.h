// Bytes both ways between two peers, until both have said that they are done.
#pragma once

#include "config/types/duration.h"
#include "proxy/relay/body_flow.h"

#include <cstdint>
#include <functional>

namespace portcullis::relay {

struct Way {
    Source& source;
    Sink& target;
    std::uint64_t& bytes;  // that went this way
};

// Each side's end is passed on as the end of that way. It is over when both ways have ended, when
// either breaks, or when nothing has moved either way for timeout, which is also how long each
// single wait of the sources lasts. cancel: ends the waits of both sides; called when a way breaks,
// perhaps twice.
Task<> copy_both_ways(Way one, Way other, Duration timeout, const std::function<void()>& cancel);

}  // namespace portcullis::relay
