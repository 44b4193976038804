#include "config/types/interface_name.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(InterfaceName, IsWhatLinksAreCalled) {
    for (const char* name :
         {"lo", "eth0", "enp3s0f1", "br-0a1b2c3d4e5f", "eth0.50", "docker_gwbridge", "veth1@if2"}) {
        ASSERT_TRUE(InterfaceName::parse(name)) << name;
        EXPECT_EQ(InterfaceName::parse(name)->text, name);
    }
}

TEST(InterfaceName, HasFifteenCharactersAtMost) {
    EXPECT_TRUE(InterfaceName::parse("abcdefghijklmno"));
    EXPECT_EQ(
        InterfaceName::parse("abcdefghijklmnop").error().text,
        "'abcdefghijklmnop' is longer than an interface's name can be; 15 characters at most");
}

TEST(InterfaceName, IsNoPatternAndNothingThatNeedsQuotes) {
    for (const char* name :
         {"", ".", "..", "eth*", "a b", "a/b", "a:b", "a\"b", "a\\b", "a{b", "a,b", "\xc3\xa4"}) {
        EXPECT_FALSE(InterfaceName::parse(name)) << name;
    }
}

}  // namespace
}  // namespace portcullis
