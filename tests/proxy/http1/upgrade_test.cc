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

http::RequestHead asking_for(std::string_view upgrade) {
    http::RequestHead head = handshake();
    head.fields[1].value = upgrade;
    return head;
}

TEST(AskedUpgrade, IsTheOneProtocolThatUpgradeNames) {
    EXPECT_EQ(asked_upgrade(handshake()), "websocket");
    EXPECT_EQ(asked_upgrade(asking_for("WebSocket")), "WebSocket");
    EXPECT_EQ(asked_upgrade(asking_for("tcp")), "tcp");
    EXPECT_EQ(asked_upgrade(asking_for("h2c")), "h2c");
}

TEST(AskedUpgrade, IsNothingForAListOrAVersion) {
    for (const char* value : {"", "websocket, h2c", "h2c, websocket", "websocket,", ",websocket",
                              "TLS/1.0", "HTTP/2.0", "websocket/13", "foo bar", "\"websocket\""}) {
        EXPECT_EQ(asked_upgrade(asking_for(value)), "") << value;
    }
}

TEST(AskedUpgrade, IsNothingWhenTheFieldStandsTwice) {
    for (const char* second : {"h2c", "websocket", ""}) {
        auto head = handshake();
        head.fields.push_back({"upgrade", second});
        EXPECT_EQ(asked_upgrade(head), "") << second;
    }
}

TEST(AskedUpgrade, IsNothingWhenAnyPartIsMissing) {
    auto head = handshake();
    head.minor_version = 0;
    EXPECT_EQ(asked_upgrade(head), "");
    head = handshake();
    head.fields[0].value = "keep-alive";
    EXPECT_EQ(asked_upgrade(head), "");
    head = handshake();
    head.fields.pop_back();
    EXPECT_EQ(asked_upgrade(head), "");
}

TEST(AskedUpgrade, IsAWebSocketOnlyForGetWithoutABody) {
    auto head = handshake();
    head.method = "POST";
    EXPECT_EQ(asked_upgrade(head), "");
    head = handshake();
    head.fields.push_back({"Content-Length", "5"});
    EXPECT_EQ(asked_upgrade(head), "");
    head.fields.back() = {"Transfer-Encoding", "chunked"};
    EXPECT_EQ(asked_upgrade(head), "");
    head.fields.back() = {"Content-Length", "0"};
    EXPECT_EQ(asked_upgrade(head), "websocket");
}

TEST(AskedUpgrade, IsAnotherProtocolByAnyMethodWithABody) {
    auto head = asking_for("tcp");
    head.method = "POST";
    head.fields.push_back({"Content-Length", "5"});
    EXPECT_EQ(asked_upgrade(head), "tcp");
    head.fields.push_back({"Transfer-Encoding", "chunked"});
    EXPECT_EQ(asked_upgrade(head), "");
}

}  // namespace
}  // namespace portcullis::http1
