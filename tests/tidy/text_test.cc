#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

std::string lines(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += "x\n";
    }
    return text;
}

TEST(LongFiles, HaveMoreThan400Lines) {
    EXPECT_EQ(long_files({{"base/a.cc", lines(400)}, {"docs/a.md", lines(1000)}}), Findings{});
    EXPECT_EQ(long_files({{"base/a.cc", lines(401)}}),
              Findings{"base/a.cc: has 401 lines, more than 400"});
}

TEST(StrayWhitespace, IsTabsEndsOfLinesAndAMissingNewline) {
    EXPECT_EQ(stray_whitespace({{"a.cc", "one\n two\n"}, {"tests/fuzz/corpus/x", "\t \n"}}),
              Findings{});
    EXPECT_EQ(stray_whitespace({{"a.cc", "\tone\ntwo \nthree\r\nfour"}}),
              (Findings{"a.cc:1: has a tab", "a.cc:2: has trailing whitespace",
                        "a.cc:3: has trailing whitespace", "a.cc: does not end with a newline"}));
}

TEST(OddNames, AreSourcesNotInSnakeCase) {
    EXPECT_EQ(odd_names({{"base/a_b2.cc", ""}, {"CMakeLists.txt", ""}, {"deploy/x-y.service", ""}}),
              Findings{});
    EXPECT_EQ(
        odd_names({{"base/aB.cc", ""}, {"bench/load-test.py", ""}}),
        (Findings{"base/aB.cc: is not in snake_case", "bench/load-test.py: is not in snake_case"}));
}

TEST(MachinePaths, AreFound) {
    const std::string path = std::string{"/ro"} + "ot/";
    EXPECT_EQ(machine_paths({{"a.md", "see " + path + "x\n"}}),
              Findings{"a.md: names " + path + ", a path of one machine"});
    EXPECT_EQ(machine_paths({{"a.md", "see proxy/root.h\n"}}), Findings{});
}

}  // namespace
}  // namespace portcullis::tidy
