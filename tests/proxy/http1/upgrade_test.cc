#include "proxy/http1/upgrade.h"

#include <gtest/gtest.h>

namespace portcullis::http1 {
namespace {

http::RequestHead handshake() {
    http::RequestHead head;
    head.method = "GET";
    head.fields = {{"Connection", "keep-alive, Upgrade"}, {"Upgrade", "websocket"}};
    return head;
}

TEST(AsksUpgrade, WithBothFieldsOnAGetOfHttp11) {
    EXPECT_TRUE(asks_upgrade(handshake()));
}

TEST(AsksUpgrade, NotWhenAnyPartIsMissing) {
    auto head = handshake();
    head.minor_version = 0;
    EXPECT_FALSE(asks_upgrade(head));
    head = handshake();
    head.method = "POST";
    EXPECT_FALSE(asks_upgrade(head));
    head = handshake();
    head.fields[0].value = "keep-alive";
    EXPECT_FALSE(asks_upgrade(head));
    head = handshake();
    head.fields[1].value = "";
    EXPECT_FALSE(asks_upgrade(head));
    head = handshake();
    head.fields.pop_back();
    EXPECT_FALSE(asks_upgrade(head));
}

TEST(AsksUpgrade, NotWithABody) {
    auto head = handshake();
    head.fields.push_back({"Content-Length", "5"});
    EXPECT_FALSE(asks_upgrade(head));
    head.fields.back() = {"Transfer-Encoding", "chunked"};
    EXPECT_FALSE(asks_upgrade(head));
    head.fields.back() = {"Content-Length", "0"};
    EXPECT_TRUE(asks_upgrade(head));
}

}  // namespace
}  // namespace portcullis::http1
