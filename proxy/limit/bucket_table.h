// The buckets of all whose rate is limited, for all workers at once: a piece of memory of fixed
// size, without locks. A bucket that is full again is worth nothing and makes room for another;
// where there is none, the one that will be full soonest gives way, and that is counted.
//
// Two threads that meet one key for the first time at once may each give it a bucket: a few are
// then allowed beyond the rate, until the second of the two is forgotten.
#pragma once

#include "base/rate.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

namespace portcullis::limit {

using Clock = Rate::Clock;

class BucketTable {
  public:
    // Rounded up to a whole number of groups, a power of two of them. 16 bytes each.
    explicit BucketTable(std::size_t buckets);

    // key: a hash that nobody outside can foresee (keys.h). Any thread.
    Rate::Taken take(std::uint64_t key, const Rate& rate, Clock::time_point now);
    // What take() would say, without taking. Any thread.
    [[nodiscard]] bool allows(std::uint64_t key, const Rate& rate, Clock::time_point now) const;

    // Whether there is a bucket for it. Any thread.
    [[nodiscard]] bool knows(std::uint64_t key) const;

    [[nodiscard]] std::size_t size() const { return groups_ * kWays; }

    // Buckets that gave way before they were full.
    [[nodiscard]] std::uint64_t evicted() const { return evicted_.load(std::memory_order_relaxed); }

  private:
    // A key is looked for among so many: a cache line and its neighbour.
    static constexpr std::size_t kWays = 8;

    struct Bucket {
        std::atomic<std::uint64_t> key{0};
        std::atomic<std::int64_t> full_at{0};
    };

    [[nodiscard]] Bucket* group_of(std::uint64_t key) const {
        return &buckets_[(key & (groups_ - 1)) * kWays];
    }

    Bucket& bucket_of(std::uint64_t key, Clock::time_point now);

    std::size_t groups_;
    std::unique_ptr<Bucket[]> buckets_;
    std::atomic<std::uint64_t> evicted_{0};
};

}  // namespace portcullis::limit
