#include "proxy/limit/memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <unistd.h>
#include <vector>

namespace portcullis::limit {
namespace {

constexpr std::size_t kMiB = 1U << 20U;

TEST(Memory, EachStateIsLeftWellBelowWhereItWasEntered) {
    const struct {
        Pressure now;
        std::size_t held;
        Pressure want;
    } cases[] = {
        {Pressure::enough, 0, Pressure::enough},   {Pressure::enough, 899, Pressure::enough},
        {Pressure::enough, 900, Pressure::tight},  {Pressure::enough, 999, Pressure::tight},
        {Pressure::enough, 1'000, Pressure::full}, {Pressure::tight, 1'000, Pressure::full},
        {Pressure::tight, 999, Pressure::tight},   {Pressure::tight, 800, Pressure::tight},
        {Pressure::tight, 799, Pressure::enough},  {Pressure::full, 2'000, Pressure::full},
        {Pressure::full, 900, Pressure::full},     {Pressure::full, 899, Pressure::tight},
        {Pressure::full, 799, Pressure::enough},
    };

    for (const auto& step : cases) {
        EXPECT_EQ(next(step.now, step.held, 1'000), step.want) << step.held;
    }
}

TEST(Memory, LooksAtTheProcess) {
    Memory memory;
    const std::size_t plenty = resident() + 1'000 * kMiB;
    memory.look(plenty);
    EXPECT_EQ(memory.pressure(), Pressure::enough);
    EXPECT_GT(memory.held(), kMiB);
    memory.look(memory.held() / 2);
    EXPECT_EQ(memory.pressure(), Pressure::full);
    memory.look(plenty);
    EXPECT_EQ(memory.pressure(), Pressure::enough);
}

TEST(Memory, CountsWhatIsTouched) {
    const std::size_t before = resident();
    const auto block = std::make_unique<char[]>(64 * kMiB);
    std::memset(block.get(), 1, 64 * kMiB);
    EXPECT_GE(resident(), before + 60 * kMiB);
}

TEST(Memory, IsWhatWasConfiguredOrMostOfWhatThereIs) {
    EXPECT_EQ(memory_max(123), 123U);
    EXPECT_GT(memory_max(0), 64 * kMiB);
    EXPECT_LE(memory_max(0), static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                                 static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / 4 * 3);
}

TEST(IsSlack, IsMuchMoreThanBeforeOfWhichHalfIsUnused) {
    const auto slack = [](std::size_t held, std::size_t quiet, std::size_t unused) {
        return is_slack(held * kMiB, quiet * kMiB, [unused] { return unused * kMiB; });
    };
    EXPECT_TRUE(slack(200, 20, 90)) << "an attack is over";
    EXPECT_FALSE(slack(200, 20, 89)) << "most of it is in use";
    EXPECT_TRUE(slack(41, 20, 41));
    EXPECT_FALSE(slack(40, 20, 40)) << "not worth the time";
    EXPECT_FALSE(slack(200, 0, 200)) << "nothing to compare with";
    EXPECT_FALSE(slack(20, 200, 20)) << "less than before";
}

}  // namespace
}  // namespace portcullis::limit
