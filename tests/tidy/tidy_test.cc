// The rules of the house, held against this very tree. What each rule finds is tried on made-up
// trees in the other tests of this folder.
#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

const Tree& ours() {
    static const Tree tree = read_tree(PORTCULLIS_SOURCE_DIR);
    return tree;
}

std::string listed(const Findings& findings) {
    std::string text;
    for (const std::string& finding : findings) {
        text += finding + "\n";
    }
    return text;
}

TEST(Tidy, ReadsTheWholeTree) {
    EXPECT_TRUE(ours().contains("base/result.h"));
    EXPECT_TRUE(ours().contains(".ci/run"));
    EXPECT_FALSE(ours().contains(".git/HEAD"));
}

TEST(Tidy, IncludesPointOneWay) {
    EXPECT_EQ(listed(uphill_includes(ours())), "");
}

TEST(Tidy, EveryHeaderIsIncluded) {
    EXPECT_EQ(listed(unused_headers(ours())), "");
}

TEST(Tidy, EverySourceHasItsTest) {
    EXPECT_EQ(listed(untested_sources(ours())), "");
}

TEST(Tidy, CmakeNamesWhatThereIs) {
    EXPECT_EQ(listed(cmake_differences(ours())), "");
}

TEST(Tidy, NoAwaitIsPartOfACondition) {
    EXPECT_EQ(listed(misread_awaits(ours())), "");
}

TEST(Tidy, LinksLeadSomewhere) {
    EXPECT_EQ(listed(broken_links(ours())), "");
}

TEST(Tidy, EveryTopFolderHasAReadme) {
    EXPECT_EQ(listed(missing_readmes(ours())), "");
}

TEST(Tidy, TablesNameWhatThereIs) {
    EXPECT_EQ(listed(stale_tables(ours())), "");
}

TEST(Tidy, FilesAreShort) {
    EXPECT_EQ(listed(long_files(ours())), "");
}

TEST(Tidy, WhitespaceIsPlain) {
    EXPECT_EQ(listed(stray_whitespace(ours())), "");
}

TEST(Tidy, NamesAreInSnakeCase) {
    EXPECT_EQ(listed(odd_names(ours())), "");
}

TEST(Tidy, NoPathOfAMachineIsNamed) {
    EXPECT_EQ(listed(machine_paths(ours())), "");
}

}  // namespace
}  // namespace portcullis::tidy
