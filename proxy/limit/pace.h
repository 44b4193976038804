// Whether a peer that we wait for moves enough: a byte now and then keeps every timeout of a single
// wait from running out. What counts is the time that is spent waiting, less what was moved.
#pragma once

#include "config/types/duration.h"

#include <cstddef>

namespace portcullis::limit {

class Pace {
  public:
    // 0: any pace will do.
    explicit Pace(std::size_t bytes_per_second = 0) : bytes_per_second_{bytes_per_second} {}

    [[nodiscard]] bool limits() const { return bytes_per_second_ != 0; }

    // How long the next wait may last, when a peer that does its share may be waited for so long.
    [[nodiscard]] Duration patience(Duration timeout) const;
    // What came of a wait.
    void note(Duration waited, std::size_t bytes);

  private:
    std::size_t bytes_per_second_;
    Duration debt_{};
};

}  // namespace portcullis::limit
