#include "base/client_tally.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

ClientKeys keys(std::uint64_t own, std::uint64_t around = 0) {
    ClientKeys keys;
    keys.add({own, 1});
    if (around != 0) {
        keys.add({around, 4});
    }
    return keys;
}

TEST(ClientTally, AClientHasSoMuchAndNoMore) {
    ClientTally tally;
    EXPECT_TRUE(tally.try_add(keys(1), 60, 100));
    EXPECT_FALSE(tally.try_add(keys(1), 41, 100));
    EXPECT_TRUE(tally.try_add(keys(1), 40, 100)) << "a refusal was not counted";
    EXPECT_EQ(tally.of(keys(1)), 100U);
    EXPECT_TRUE(tally.try_add(keys(2), 100, 100)) << "each for itself";
    tally.remove(keys(1), 60);
    EXPECT_TRUE(tally.try_add(keys(1), 60, 100));
    EXPECT_FALSE(tally.try_add(keys(3), 101, 100));
}

TEST(ClientTally, ANetworkHasAMultipleOfWhatAClientHas) {
    ClientTally tally;
    for (std::uint64_t client = 1; client <= 4; ++client) {
        EXPECT_TRUE(tally.try_add(keys(client, 99), 10, 10)) << client;
    }
    EXPECT_FALSE(tally.try_add(keys(5, 99), 1, 10));
    EXPECT_TRUE(tally.try_add(keys(5, 98), 1, 10)) << "from another network";
    tally.remove(keys(2, 99), 10);
    EXPECT_TRUE(tally.try_add(keys(6, 99), 10, 10));
}

TEST(ClientTally, ANetworkNeverHasMoreThanTheMost) {
    ClientTally tally;
    EXPECT_TRUE(tally.try_add(keys(1, 99), 10, 10, 15));
    EXPECT_TRUE(tally.try_add(keys(2, 99), 5, 10, 15));
    EXPECT_FALSE(tally.try_add(keys(3, 99), 1, 10, 15));
    EXPECT_TRUE(tally.try_add(keys(4, 98), 10, 10, 5)) << "but what a single client may have";
    EXPECT_FALSE(tally.try_add(keys(5, 98), 1, 10, 5));
}

TEST(ClientTally, WithoutALimitNothingOverflows) {
    ClientTally tally;
    EXPECT_TRUE(tally.try_add(keys(1, 99), 1U << 30U, SIZE_MAX));
    EXPECT_TRUE(tally.try_add(keys(1, 99), 1U << 30U, SIZE_MAX));
}

TEST(ClientTally, RemembersOnlyWhoHasAnything) {
    ClientTally tally;
    EXPECT_TRUE(tally.try_add(keys(1, 99), 2, 5));
    tally.remove(keys(1, 99), 1);
    EXPECT_EQ(tally.size(), 2U);
    tally.remove(keys(1, 99), 1);
    EXPECT_FALSE(tally.try_add(keys(1, 99), 1, 0));
    EXPECT_EQ(tally.size(), 0U);
}

TEST(ClientTallyDeath, NobodyGivesBackWhatItNeverHad) {
    ClientTally tally;
    EXPECT_DEATH(tally.remove(keys(1), 1), "a client that never entered");
}

}  // namespace
}  // namespace portcullis
