// What one direction of one connection may move in a turn of the loop. A peer that is as fast as we
// are always has more, and everybody else on the thread would wait until it pauses.
#pragma once

#include "proxy/stream/loop.h"

#include <cstddef>
#include <cstdint>

namespace portcullis::stream {

class TurnBudget {
  public:
    // About a tenth of a millisecond of TLS: enough that turning the loop costs nothing beside it.
    static constexpr std::size_t kBytes = 256U << 10U;

    // It has had its share: let others have theirs.
    [[nodiscard]] bool spent(Loop& loop) const {
        return turn_ == loop.wheel().turn() && bytes_ >= kBytes;
    }

    void note(Loop& loop, std::size_t bytes) {
        if (turn_ != loop.wheel().turn()) {
            turn_ = loop.wheel().turn();
            bytes_ = 0;
        }
        bytes_ += bytes;
    }

  private:
    std::uint64_t turn_ = 0;
    std::size_t bytes_ = 0;  // in that turn
};

}  // namespace portcullis::stream
