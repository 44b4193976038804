#include "proxy/http/refusal.h"

#include <gtest/gtest.h>

#include <set>

namespace portcullis::http {
namespace {

TEST(Refusal, EachHasANameOfItsOwnASentenceAndAStatus) {
    std::set<std::string_view> names;
    for (int i = 1; i <= static_cast<int>(Refusal::body_length_differs); ++i) {
        const auto refusal = static_cast<Refusal>(i);
        EXPECT_TRUE(names.insert(name(refusal)).second) << i;
        EXPECT_TRUE(sentence(refusal).ends_with('.')) << name(refusal);
        EXPECT_GE(status(refusal), 400) << name(refusal);
    }
}

TEST(Refusal, TheStatusTellsLengthAndVersionFromMalformed) {
    EXPECT_EQ(status(Refusal::none), 0);
    EXPECT_EQ(status(Refusal::bare_lf), 400);
    EXPECT_EQ(status(Refusal::request_line_too_long), 414);
    EXPECT_EQ(status(Refusal::header_too_long), 431);
    EXPECT_EQ(status(Refusal::too_many_fields), 431);
    EXPECT_EQ(status(Refusal::bad_version), 505);
    EXPECT_EQ(name(Refusal::space_before_colon), "space_before_colon");
    EXPECT_EQ(sentence(Refusal::space_before_colon),
              "A header name is followed by whitespace before its colon.");
}

}  // namespace
}  // namespace portcullis::http
