#include "proxy/origin/sticky.h"

#include "proxy/origin/hash.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

const SocketAddress kAddress = SocketAddress::parse("10.0.1.4:8080").value();

ServiceConfig shop() {
    ServiceConfig service;
    service.name = "shop";
    service.sticky.emplace();
    return service;
}

TEST(Sticky, ATagIsTheSameEverywhereAndOfOneServiceAndAddressOnly) {
    // printf 'shop 10.0.1.4:8080' | openssl dgst -sha256 -mac hmac -macopt hexkey:00...
    EXPECT_EQ(tag_of("shop", kAddress), 0x0dcc519ec91b1b0dU);
    EXPECT_NE(tag_of("till", kAddress), tag_of("shop", kAddress));
    EXPECT_NE(tag_of("shop", SocketAddress::parse("10.0.1.4:8081").value()),
              tag_of("shop", kAddress));
}

TEST(Sticky, ANewTaskAtAnOldAddressHasAnotherTag) {
    EXPECT_NE(tag_of("shop", kAddress, "7k2p"), tag_of("shop", kAddress));
    EXPECT_NE(tag_of("shop", kAddress, "7k2p"), tag_of("shop", kAddress, "9x4m"));
}

// Or addresses could be found out by trying them all.
TEST(Sticky, ATagDependsOnTheKey) {
    const std::uint64_t before = tag_of("shop", kAddress);
    use_sticky_key({1});
    EXPECT_NE(tag_of("shop", kAddress), before);
    use_sticky_key({});
    EXPECT_EQ(tag_of("shop", kAddress), before);
}

TEST(Sticky, TheCookieIsForTheWholeHostOverTlsAndNotForScripts) {
    std::string out;
    append_cookie(out, shop(), 0xab);
    EXPECT_EQ(out, "__Host-sticky-shop=00000000000000ab; Path=/; Secure; HttpOnly; SameSite=Lax");
    ServiceConfig other = shop();
    other.sticky = StickyConfig{"mine", SameSite::none};
    out.clear();
    append_cookie(out, other, ~std::uint64_t{0});
    EXPECT_EQ(out, "mine=ffffffffffffffff; Path=/; Secure; HttpOnly; SameSite=None");
    other.sticky->same_site = SameSite::strict;
    out.clear();
    append_cookie(out, other, 1);
    EXPECT_TRUE(out.ends_with("; SameSite=Strict")) << out;
}

TEST(Sticky, ReadsWhatItWroteAndNothingElse) {
    EXPECT_EQ(read_tag("00000000000000ab"), 0xabU);
    for (const char* value : {"", "ab", "0000000000000000", "00000000000000ab0", "0x000000000000ab",
                              "-0000000000000ab", "00000000000000a ", "00000000000000ag"}) {
        EXPECT_EQ(read_tag(value), 0U) << value;
    }
}

TEST(Hash, SpreadsNamesThatDifferInOneLetterOverAllBits) {
    const std::uint64_t differs = hash_of("10.0.0.1:80") ^ hash_of("10.0.0.2:80");
    EXPECT_GT(__builtin_popcountll(differs), 16);
    EXPECT_LT(__builtin_popcountll(differs), 48);
}

}  // namespace
}  // namespace portcullis::origin
