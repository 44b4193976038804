#include "proxy/origin/ewma.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

class EwmaTest : public testing::Test {
  protected:
    double after(std::chrono::microseconds latency, Ewma::Clock::duration passed) {
        now += passed;
        ewma.note(latency, now);
        return ewma.value(now);
    }

    Ewma ewma;
    Ewma::Clock::time_point now{1h};
};

TEST_F(EwmaTest, KnowsNothingUntilAnAnswer) {
    EXPECT_EQ(ewma.value(now), 0);
    EXPECT_GT(after(0us, 1s), 0) << "no time at all is known, too";
}

TEST_F(EwmaTest, ASlowerAnswerCountsAtOnceAndAFasterOneByTheTimeThatPassed) {
    EXPECT_DOUBLE_EQ(after(10ms, 1s), 0.010);
    EXPECT_DOUBLE_EQ(after(50ms, 1ms), 0.050);
    EXPECT_NEAR(after(10ms, 1ms), 0.050, 0.0001);
    EXPECT_NEAR(after(10ms, Ewma::kMemory), 0.010 + 0.040 / 2.718, 0.001);
    EXPECT_NEAR(after(10ms, 20 * Ewma::kMemory), 0.010, 0.0001);
}

TEST_F(EwmaTest, IsForgottenWithoutAnswersButNeverUnknownAgain) {
    after(100ms, 1s);
    EXPECT_NEAR(ewma.value(now + Ewma::kMemory), 0.1 / 2.718, 0.001);
    EXPECT_GT(ewma.value(now + 24h), 0);
}

}  // namespace
}  // namespace portcullis::origin
