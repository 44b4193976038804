#include "proxy/http2/stream_ids.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace portcullis::http2 {
namespace {

TEST(StreamIds, HoldWhatWasAddedInAnyOrder) {
    std::minstd_rand engine{443};
    const auto below = [&engine](std::uint32_t bound) {
        return static_cast<std::uint32_t>(engine() % bound);
    };
    for (int round = 0; round < 200; ++round) {
        StreamIds ids;
        std::set<std::uint32_t> model;
        for (int i = 0; i < 60; ++i) {
            const std::uint32_t first = 1 + 2 * (below(100));
            const std::uint32_t last = first + 2 * below(4);
            ids.add(first, last);
            for (std::uint32_t id = first; id <= last; id += 2) {
                model.insert(id);
            }
            for (std::uint32_t id = 1; id < 220; ++id) {
                ASSERT_EQ(ids.contains(id), model.contains(id)) << id;
            }
        }
    }
}

TEST(StreamIds, HoldThousandsThatFollowEachOther) {
    StreamIds ids;
    for (std::uint32_t id = 1; id < 100'000; id += 2) {
        ids.add(id);
    }
    EXPECT_TRUE(ids.contains(1) && ids.contains(50'001) && ids.contains(99'999));
    EXPECT_FALSE(ids.contains(100'001));
}

TEST(StreamIds, ForgetTheLowestBeyondTheLimit) {
    StreamIds ids;
    for (std::uint32_t i = 0; i <= StreamIds::kRangesMax; ++i) {
        ids.add(1 + 4 * i);
    }
    EXPECT_FALSE(ids.contains(1));
    EXPECT_TRUE(ids.contains(5));
}

TEST(StreamIds, HoldTheHighestIdThereIs) {
    constexpr std::uint32_t highest = 0x7fffffff;
    StreamIds ids;
    ids.add(1, highest - 2);
    EXPECT_FALSE(ids.contains(highest));
    ids.add(highest);
    EXPECT_TRUE(ids.contains(highest));
}

}  // namespace
}  // namespace portcullis::http2
