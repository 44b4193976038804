#include "firewall/netlink/present.h"

#include "tests/firewall/netlink/nft.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(TablesPresent, AreThoseOfOurNamesInTheirFamilies) {
    Socket socket = Socket::open().value();
    EXPECT_EQ(tables_present(socket).value(), Present{});
    ASSERT_EQ(test::nft("add table ip portcullis\nadd table inet portcullis_l2\n").exit_code, 0);
    EXPECT_EQ(tables_present(socket).value(), Present{});
    ASSERT_EQ(test::nft("add table netdev portcullis_l2\n").exit_code, 0);
    EXPECT_EQ(tables_present(socket).value(), Present{kOurTables[1]});
    ASSERT_EQ(test::nft("add table inet portcullis\n").exit_code, 0);
    EXPECT_EQ(tables_present(socket).value(), (Present{kOurTables[0], kOurTables[1]}));
}

TEST(FindInstalled, TellsADormantTable) {
    Socket socket = Socket::open().value();
    ASSERT_EQ(test::nft("add table inet portcullis { flags dormant; }\n").exit_code, 0);
    const auto found = find_installed(socket, kOurTables[0]).value();
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->dormant);
    EXPECT_FALSE(found->owned);
}

}  // namespace
}  // namespace portcullis::firewall
