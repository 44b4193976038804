#include "proxy/limit/bucket_table.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace portcullis::limit {
namespace {

using namespace std::chrono_literals;

constexpr Clock::time_point kStart{1'000s};

TEST(BucketTable, EveryKeyHasItsOwn) {
    BucketTable table{64};
    const Rate rate{1, 1s, 2};
    for (const std::uint64_t key : {7U, 8U, 9U}) {
        EXPECT_TRUE(table.take(key, rate, kStart).allowed);
        EXPECT_TRUE(table.take(key, rate, kStart).allowed);
        EXPECT_FALSE(table.take(key, rate, kStart).allowed);
    }
    EXPECT_TRUE(table.take(7, rate, kStart + 1s).allowed);
    EXPECT_EQ(table.evicted(), 0U);
}

TEST(BucketTable, SaysWhatItWouldSayWithoutTaking) {
    BucketTable table{64};
    const Rate rate{1, 1s, 1};
    EXPECT_TRUE(table.allows(7, rate, kStart));
    EXPECT_TRUE(table.allows(7, rate, kStart));
    EXPECT_TRUE(table.take(7, rate, kStart).allowed);
    EXPECT_FALSE(table.allows(7, rate, kStart));
    EXPECT_TRUE(table.allows(7, rate, kStart + 1s));
}

TEST(BucketTable, HasGroupsOfEight) {
    EXPECT_EQ(BucketTable{1}.size(), 8U);
    EXPECT_EQ(BucketTable{9}.size(), 16U);
    EXPECT_EQ(BucketTable{65'536}.size(), 65'536U);
}

TEST(BucketTable, OneThatIsFullAgainMakesRoomAndNobodyNotices) {
    BucketTable table{8};
    const Rate rate{1, 1s, 1};
    for (std::uint64_t key = 1; key <= 8; ++key) {
        EXPECT_TRUE(table.take(key, rate, kStart).allowed);
    }
    EXPECT_TRUE(table.take(9, rate, kStart + 1s).allowed);
    EXPECT_EQ(table.evicted(), 0U);
}

TEST(BucketTable, TheOneThatWillBeFullSoonestGivesWayWhereThereIsNoRoom) {
    BucketTable table{8};
    const Rate slow{1, 1h, 1};
    const Rate quick{1, 1s, 1};
    for (std::uint64_t key = 1; key <= 7; ++key) {
        EXPECT_TRUE(table.take(key, slow, kStart).allowed);
    }
    EXPECT_TRUE(table.take(8, quick, kStart).allowed);
    EXPECT_TRUE(table.take(9, slow, kStart).allowed);
    EXPECT_EQ(table.evicted(), 1U);
    for (std::uint64_t key = 1; key <= 7; ++key) {
        EXPECT_FALSE(table.allows(key, slow, kStart)) << key;
    }
    EXPECT_FALSE(table.allows(9, slow, kStart));
}

TEST(BucketTable, ThreadsShareABucketToTheLastToken) {
    BucketTable table{64};
    const Rate rate{1, 1h, 10'000};
    ASSERT_TRUE(table.take(7, rate, kStart).allowed);
    std::atomic<int> allowed{1};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int asked = 0; asked < 4'000; ++asked) {
                allowed += table.take(7, rate, kStart).allowed ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(allowed, 10'000);
}

}  // namespace
}  // namespace portcullis::limit
