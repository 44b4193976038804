#include "proxy/limit/bucket_table.h"

#include <algorithm>
#include <bit>

namespace portcullis::limit {
namespace {

constexpr auto kRelaxed = std::memory_order_relaxed;

std::int64_t nanoseconds(Clock::time_point at) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
}

}  // namespace

BucketTable::BucketTable(std::size_t buckets)
    : groups_{std::bit_ceil(std::max<std::size_t>(1, (buckets + kWays - 1) / kWays))},
      buckets_{std::make_unique<Bucket[]>(groups_ * kWays)} {}

Rate::Taken BucketTable::take(std::uint64_t key, const Rate& rate, Clock::time_point now) {
    Bucket& bucket = bucket_of(key, now);
    std::int64_t full_at = bucket.full_at.load(kRelaxed);
    for (;;) {
        const Rate::Step step = rate.take(full_at, now);
        if (!step.taken.allowed ||
            bucket.full_at.compare_exchange_weak(full_at, step.full_at, kRelaxed)) {
            return step.taken;
        }
    }
}

bool BucketTable::allows(std::uint64_t key, const Rate& rate, Clock::time_point now) const {
    const Bucket* const group = group_of(key);
    for (std::size_t i = 0; i < kWays; ++i) {
        if (group[i].key.load(kRelaxed) == key) {
            return rate.take(group[i].full_at.load(kRelaxed), now).taken.allowed;
        }
    }
    return true;
}

bool BucketTable::knows(std::uint64_t key) const {
    const Bucket* const group = group_of(key);
    return std::any_of(group, group + kWays,
                       [key](const Bucket& bucket) { return bucket.key.load(kRelaxed) == key; });
}

BucketTable::Bucket& BucketTable::bucket_of(std::uint64_t key, Clock::time_point now) {
    Bucket* const group = group_of(key);
    for (std::size_t i = 0; i < kWays; ++i) {
        if (group[i].key.load(kRelaxed) == key) {
            return group[i];
        }
    }
    const auto sooner = [](const Bucket& a, const Bucket& b) {
        return a.full_at.load(kRelaxed) < b.full_at.load(kRelaxed);
    };
    Bucket& soonest = *std::min_element(group, group + kWays, sooner);
    if (soonest.full_at.load(kRelaxed) > nanoseconds(now)) {
        evicted_.fetch_add(1, kRelaxed);
        soonest.full_at.store(0, kRelaxed);
    }
    soonest.key.store(key, kRelaxed);
    return soonest;
}

}  // namespace portcullis::limit
