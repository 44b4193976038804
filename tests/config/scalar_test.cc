#include "config/scalar.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

TEST(ParseCount, TakesWholeNumbersOnly) {
    EXPECT_EQ(parse_count("0").value(), 0U);
    EXPECT_EQ(parse_count("18446744073709551615").value(), SIZE_MAX);
    EXPECT_EQ(parse_count("18446744073709551616").error().text,
              "'18446744073709551616' is too large a number");
    for (const char* text : {"", "-1", "+1", "1.0", "1e3", "0x10", " 1", "1 ", "1k"}) {
        const auto count = parse_count(text);
        ASSERT_FALSE(count) << text;
        EXPECT_EQ(count.error().text, "'" + std::string{text} + "' is not a whole number");
    }
}

TEST(ParseListenAddress, HasNoPort) {
    EXPECT_EQ(parse_listen_address("::").value(), IpAddress{});
    const std::pair<const char*, const char*> cases[] = {
        {"0.0.0.0:443", "'0.0.0.0:443' has a port; write '0.0.0.0', the port is always 443"},
        {"[::]:8443", "'[::]:8443' has a port; write '::', the port is always 443"},
        {"*:443", "'*:443' is a port; write '::' for every address, the port is always 443"},
        {":443", "':443' is a port; write '::' for every address, the port is always 443"},
        {"443", "'443' is a port; write '::' for every address, the port is always 443"},
        {"localhost", "'localhost' is not an IP address; write it as 10.0.0.1 or 2001:db8::1"},
    };
    for (const auto& [text, want] : cases) {
        const auto address = parse_listen_address(text);
        ASSERT_FALSE(address) << text;
        EXPECT_EQ(address.error().text, want);
    }
}

TEST(ParseChoice, ListsTheWordsThatThereAre) {
    EXPECT_EQ(parse_choice<Balance>("least_requests").value(), Balance::least_requests);
    EXPECT_EQ(
        parse_choice<Balance>("random").error().text,
        "'random' is not a choice here; write p2c, round_robin, least_requests, ewma or hash");
}

}  // namespace
}  // namespace portcullis
