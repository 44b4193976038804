#include "proxy/relay/websocket.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::relay {
namespace {

TEST(WebSocketAccept, IsTheOneOfTheStandardsExample) {
    EXPECT_EQ(websocket_accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocketKey, IsBase64OfSixteenBytesAndNeverTheSame) {
    const WebSocketKey one = make_websocket_key();
    const WebSocketKey other = make_websocket_key();
    EXPECT_NE(one, other);
    for (const WebSocketKey& key : {one, other}) {
        const std::string_view text{key.data(), key.size()};
        EXPECT_TRUE(text.ends_with("=="));
        EXPECT_EQ(text.find('='), 22U);
        EXPECT_NE(std::string_view{"AQgw"}.find(text[21]), std::string_view::npos) << text;
    }
}

}  // namespace
}  // namespace portcullis::relay
