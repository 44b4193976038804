#include "tests/tidy/rules.h"

#include <gtest/gtest.h>

namespace portcullis::tidy {
namespace {

TEST(BrokenLinks, AreRelativeOnesThatLeadNowhere) {
    const Tree tree{
        {"README.md",
         "[a](docs/a.md) [gone](docs/b.md#part) [web](https://example.com) [here](#top)\n"
         "```\n[not](a/link.md)\n```\n[folder](docs/)\n"},
        {"docs/a.md", "[up](../README.md) [lost](README.md)\n"}};
    EXPECT_EQ(broken_links(tree),
              (Findings{"README.md: links to docs/b.md#part, which does not exist",
                        "docs/a.md: links to README.md, which does not exist"}));
}

TEST(MissingReadmes, AreThoseOfTopFolders) {
    const Tree tree{
        {"base/a.h", ""}, {"proxy/README.md", ""}, {"proxy/tls/a.h", ""}, {".ci/run", ""}};
    EXPECT_EQ(missing_readmes(tree), Findings{"base: has no README.md"});
}

TEST(StaleTables, NameFilesThatAreNotThere) {
    const Tree tree{{"proxy/README.md",
                     "| 1 | `tls/session` | `tls/gone.h` | `session_test.cc` `lost_test.cc` |\n"
                     "| 2 | `/status` `text/html` `run()` | `tests/lost` |\n"
                     "`outside/of/table.h`\n"},
                    {"proxy/tls/session.h", ""},
                    {"tests/proxy/tls/session_test.cc", ""}};
    EXPECT_EQ(stale_tables(tree),
              (Findings{"proxy/README.md: its table names tls/gone.h, which does not exist",
                        "proxy/README.md: its table names lost_test.cc, which does not exist",
                        "proxy/README.md: its table names tests/lost, which does not exist"}));
}

}  // namespace
}  // namespace portcullis::tidy
