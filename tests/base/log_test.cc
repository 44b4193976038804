#include "base/log.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(Log, IsOneLineWhateverTheSentenceHolds) {
    testing::internal::CaptureStderr();
    log_warning("config", "first\nsecond\r");
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "<4>config: first second \n");
}

}  // namespace
}  // namespace portcullis
