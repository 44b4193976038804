#include "firewall/agent/feeds.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

std::string listed(const Feed& feed) {
    std::string text;
    for (const Cidr& prefix : feed.prefixes) {
        text += prefix.text() + " ";
    }
    return text;
}

TEST(ReadFeed, TakesAddressesAndPrefixesAndLeavesOutComments) {
    const Feed feed = read_feed(
        "# a list\r\n192.0.2.1\r\n 198.51.100.0/24 ; SBL1\n\n2001:db8::/32 # more\n203.0.113.7");
    EXPECT_EQ(listed(feed), "192.0.2.1/32 198.51.100.0/24 2001:db8::/32 203.0.113.7/32 ");
    EXPECT_EQ(feed.unread, 0U);
}

TEST(ReadFeed, CountsWhatItCannotRead) {
    const Feed feed = read_feed("<html>\n192.0.2.1/24\n192.0.2.1\nexample.com\n");
    EXPECT_EQ(listed(feed), "192.0.2.1/32 ");
    EXPECT_EQ(feed.unread, 3U);
}

TEST(ReadFeeds, PutsTheFilesTogetherOrNamesTheOneThatIsNotThere) {
    const test::TempDir dir;
    const auto a = dir.write("a", "192.0.2.1\nx\n");
    const auto b = dir.write("b", "192.0.2.2\n");
    const Feed both = read_feeds({a, b}).value();
    EXPECT_EQ(listed(both), "192.0.2.1/32 192.0.2.2/32 ");
    EXPECT_EQ(both.unread, 1U);
    EXPECT_EQ(read_feeds({a, dir.path() / "none"}).error().text,
              "cannot open " + (dir.path() / "none").string() + ": No such file or directory");
}

}  // namespace
}  // namespace portcullis::firewall
