// What a peer may do that costs us something and gives it nothing: so much a minute, and no more. A
// bucket of one minute's allowance that fills up again over a minute.
#pragma once

#include "base/rate.h"

#include <cstddef>

namespace portcullis {

class Budget {
  public:
    using Clock = Rate::Clock;

    explicit Budget(std::size_t per_minute) : rate_{Rate::per_minute(per_minute)} {}

    // False when there is none left.
    bool spend(Clock::time_point now);
    // So many more, once; never above a minute's allowance.
    void earn(std::size_t count);

  private:
    Rate rate_;
    std::int64_t full_at_ = 0;
};

}  // namespace portcullis
