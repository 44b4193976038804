// Which endpoint takes the next request. Pure: the caller says how each of those that may be picked
// stands.
#pragma once

#include "config/service_model.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace portcullis::origin {

struct Candidate {
    std::size_t load = 0;        // requests under way there
    double weight = 1;           // above 0
    double latency = 0;          // Ewma::value(); for ewma
    std::uint64_t identity = 0;  // a hash of what it is, not of where it stands; for hash
    double* turn = nullptr;      // kept by the endpoint, 0 at first: what is owed to it
};

struct Method {
    Balance balance = Balance::p2c;
    std::optional<std::uint64_t> key = {};  // for hash; without one it is p2c
    std::size_t load_max = 125;             // for hash: percent of the fair share, above 100
};

// Where a service's random picks come from. One for each service and worker.
struct Rotation {
    std::uint64_t random = 0x9e3779b97f4a7c15U;  // xorshift state, never 0

    std::uint64_t draw();
    double draw_below(double limit);
};

// An index of a candidate; there is at least one.
std::size_t pick(const Method& method, std::span<const Candidate> candidates, Rotation& rotation);

}  // namespace portcullis::origin
