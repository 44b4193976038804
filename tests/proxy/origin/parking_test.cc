#include "proxy/origin/parking.h"

#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

class ParkingTest : public testing::Test {
  protected:
    Task<> wait(Duration time, std::size_t limit, int number) {
        const Parking::End end = co_await parking.wait(loop, time, limit);
        ended.emplace_back(number, end);
    }

    using Ended = std::vector<std::pair<int, Parking::End>>;

    stream::Loop loop;
    Parking parking;
    Ended ended;
};

TEST_F(ParkingTest, EverybodyLooksAgainInTheirOrder) {
    const Task<> one = wait(3s, 10, 1);
    const Task<> two = wait(3s, 10, 2);
    EXPECT_EQ(parking.parked(), 2U);
    parking.wake();
    EXPECT_TRUE(ended.empty()) << "not before the turn's end";
    loop.run_deferred();
    EXPECT_EQ(ended, (Ended{{1, Parking::End::look_again}, {2, Parking::End::look_again}}));
    EXPECT_EQ(parking.parked(), 0U);
}

TEST_F(ParkingTest, NobodyWaitsLongerThanTheirTime) {
    const Task<> one = wait(1s, 10, 1);
    const Task<> two = wait(3s, 10, 2);
    loop.wheel().advance(2s);
    EXPECT_EQ(ended, (Ended{{1, Parking::End::time_over}}));
    loop.wheel().advance(4s);
    EXPECT_EQ(ended.back(), (Ended::value_type{2, Parking::End::time_over}));
    const Task<> three = wait(0s, 10, 3);
    EXPECT_EQ(ended.back(), (Ended::value_type{3, Parking::End::time_over}));
}

TEST_F(ParkingTest, IsFullAtTheLimitUntilSomebodyLeaves) {
    const Task<> one = wait(1s, 1, 1);
    const Task<> two = wait(1s, 1, 2);
    EXPECT_EQ(ended, (Ended{{2, Parking::End::full}}));
    loop.wheel().advance(2s);
    const Task<> three = wait(1s, 1, 3);
    EXPECT_EQ(parking.parked(), 1U);
}

TEST_F(ParkingTest, WhoeverIsWokenButTakesTooLongToHearOfItHasLeftWithItsFrame) {
    {
        const Task<> one = wait(3s, 10, 1);
        parking.wake();
    }
    loop.run_deferred();
    EXPECT_TRUE(ended.empty());
    EXPECT_EQ(parking.parked(), 0U);
}

}  // namespace
}  // namespace portcullis::origin
