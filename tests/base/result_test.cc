#include "base/result.h"

#include "base/check.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace portcullis {
namespace {

TEST(Result, ErrnoErrorSaysWhatWasTriedAndWhyItFailed) {
    errno = EACCES;
    EXPECT_EQ(errno_error("cannot open /x").text, "cannot open /x: Permission denied");
}

TEST(Result, ValueOfAnErrorThrowsItsSentence) {
    const Result<int> failed = failure("no such thing");
    try {
        (void)failed.value();
        FAIL();
    } catch (const std::runtime_error& thrown) {
        EXPECT_STREQ(thrown.what(), "no such thing");
    }
}

TEST(Check, AFalseConditionAbortsWithItsText) {
    EXPECT_DEATH(CHECK(1 == 2 && "arithmetic"), "broken invariant: 1 == 2 && \"arithmetic\"");
}

}  // namespace
}  // namespace portcullis
