// Which endpoint takes the next request. Pure: the caller says how many requests each has under
// way.
#pragma once

#include "config/model.h"

#include <cstddef>
#include <cstdint>

namespace portcullis::origin {

// What a balancing method remembers between picks. One for each service and worker.
struct Rotation {
    std::size_t next = 0;                        // round_robin, and where ties are broken
    std::uint64_t random = 0x9e3779b97f4a7c15U;  // xorshift state, never 0

    std::uint64_t draw();
};

// An index below count, which is at least 1. load_of(index): requests under way there.
template <class LoadOf>
std::size_t pick(Balance balance, std::size_t count, LoadOf load_of, Rotation& rotation) {
    const std::size_t start = rotation.next++ % count;
    switch (balance) {
        case Balance::round_robin:
            return start;
        case Balance::least_requests: {
            // From a moving start, so that equals take turns.
            std::size_t best = start;
            for (std::size_t step = 1; step < count; ++step) {
                const std::size_t other = (start + step) % count;
                if (load_of(other) < load_of(best)) {
                    best = other;
                }
            }
            return best;
        }
        case Balance::p2c:
            break;
    }
    if (count == 1) {
        return 0;
    }
    const std::size_t first = rotation.draw() % count;
    const std::size_t second = (first + 1 + rotation.draw() % (count - 1)) % count;
    return load_of(second) < load_of(first) ? second : first;
}

}  // namespace portcullis::origin
