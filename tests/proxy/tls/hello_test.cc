#include "proxy/tls/hello.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::tls {
namespace {

using Bytes = std::vector<unsigned char>;

Bytes two(std::size_t number) {
    return {static_cast<unsigned char>(number >> 8U), static_cast<unsigned char>(number)};
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

Bytes entry(unsigned char type, std::string_view name) {
    return Bytes{type} + two(name.size()) + Bytes(name.begin(), name.end());
}

Bytes list(const Bytes& entries) {
    return two(entries.size()) + entries;
}

TEST(ServerName, IsTheHostNameOfTheList) {
    const Bytes one = list(entry(0, "shop.test"));
    EXPECT_EQ(server_name(one), "shop.test");
    EXPECT_EQ(reinterpret_cast<const unsigned char*>(server_name(one)->data()), one.data() + 5)
        << "a view";
    EXPECT_EQ(server_name(list(entry(7, "other") + entry(0, "shop.test"))), "shop.test");
}

TEST(ServerName, IsEmptyWhenTheListHoldsNone) {
    EXPECT_EQ(server_name(list({})), "");
    EXPECT_EQ(server_name(list(entry(7, "other"))), "");
}

TEST(ServerName, OfAMalformedListIsNone) {
    const std::vector<std::pair<const char*, Bytes>> cases{
        {"empty extension", {}},
        {"one byte", {0}},
        {"list longer than the extension", two(13) + entry(0, "shop.test")},
        {"list shorter than the extension", two(11) + entry(0, "shop.test")},
        {"empty name", list(entry(0, ""))},
        {"name longer than the list", list(Bytes{0} + two(4) + Bytes{'a', 'b', 'c'})},
        {"entry without a length", list({0})},
        {"entry with half a length", list({0, 0})},
        {"half an entry after another type", list(entry(7, "other") + Bytes{0, 0})},
    };
    for (const auto& [what, extension] : cases) {
        EXPECT_EQ(server_name(extension), std::nullopt) << what;
    }
}

TEST(ServerName, CutAnywhereIsMalformed) {
    const Bytes whole = list(entry(7, "other") + entry(0, "shop.test"));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(server_name(cut), std::nullopt) << size;
    }
}

TEST(FirstByte, TellsTlsFromHttpFromAnythingElse) {
    for (int byte = 0; byte < 256; ++byte) {
        const FirstByte want = byte == 22                   ? FirstByte::tls
                               : byte >= 'A' && byte <= 'Z' ? FirstByte::http
                                                            : FirstByte::other;
        EXPECT_EQ(first_byte(static_cast<unsigned char>(byte)), want) << byte;
    }
}

}  // namespace
}  // namespace portcullis::tls
