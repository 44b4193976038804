#include "proxy/origin/slow_start.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

TEST(SlowStart, RampsFromATenthToAllOfTheWeight) {
    const struct {
        std::chrono::milliseconds passed;
        double want;
    } cases[] = {{0s, 0.1}, {500ms, 0.1}, {1s, 0.1}, {2s, 0.2}, {5s, 0.5}, {10s, 1}, {1h, 1}};

    for (const auto& c : cases) {
        EXPECT_DOUBLE_EQ(slow_start(c.passed, 10s), c.want) << c.passed.count();
    }
}

TEST(SlowStart, OfNoTimeIsNone) {
    EXPECT_EQ(slow_start(0s, 0s), 1);
    EXPECT_EQ(slow_start(-1s, 10s), kSlowStartLeast) << "not back yet";
}

}  // namespace
}  // namespace portcullis::origin
