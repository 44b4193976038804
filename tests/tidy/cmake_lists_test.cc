#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

TEST(UntestedSources, AreThoseWithoutATestAtTheMirroredPath) {
    const Tree tree{{"base/a.cc", ""},       {"tests/base/a_test.cc", ""}, {"proxy/http1/b.cc", ""},
                    {"tests/b_test.cc", ""}, {"proxy/main.cc", ""},        {"bench/c.cc", ""}};
    EXPECT_EQ(untested_sources(tree),
              Findings{"proxy/http1/b.cc: has no test tests/proxy/http1/b_test.cc"});
}

TEST(CmakeDifferences, AreFoundBothWays) {
    const Tree tree{
        {"base/CMakeLists.txt", "portcullis_library(base SOURCES a.cc\n  gone.cc # and d.cc\n)"},
        {"cmake/helpers.cmake", "add_executable(x ${CMAKE_SOURCE_DIR}/base/b.cc ${ANY}/e.cc)"},
        {"base/a.cc", ""},
        {"base/b.cc", ""},
        {"base/d.cc", ""}};
    EXPECT_EQ(cmake_differences(tree),
              (Findings{"base/CMakeLists.txt: names base/gone.cc, which does not exist",
                        "base/d.cc: no CMakeLists.txt names it"}));
}

TEST(CmakeDifferences, FollowAPathUpwards) {
    const Tree tree{{"tests/a/CMakeLists.txt", "f(SOURCES ../b/main.cc)"}, {"tests/b/main.cc", ""}};
    EXPECT_EQ(cmake_differences(tree), Findings{});
}

}  // namespace
}  // namespace portcullis::tidy
