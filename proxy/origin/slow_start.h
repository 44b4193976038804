// What part of its weight an endpoint has that has just come or come back: a tenth at first, all of
// it after the time. Pure.
//
//   weight
//     1  |        ______
//        |     _/
//   0.1  |____/
//        +----------------- time since it may be picked
//        0    0.1     1     of slow_start
#pragma once

#include "config/types/duration.h"

#include <algorithm>
#include <chrono>

namespace portcullis::origin {

constexpr double kSlowStartLeast = 0.1;

constexpr double slow_start(std::chrono::steady_clock::duration passed, Duration time) {
    if (time <= Duration::zero() || passed >= time) {
        return 1;
    }
    const double part = std::chrono::duration<double>(passed) / std::chrono::duration<double>(time);
    return std::max(kSlowStartLeast, part);
}

}  // namespace portcullis::origin
