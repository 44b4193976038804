#include "proxy/http/content_length.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(ContentLength, IsANumberInDigits) {
    EXPECT_EQ(content_length("0"), 0U);
    EXPECT_EQ(content_length("42"), 42U);
    EXPECT_EQ(content_length("0000000000000000042"), 42U);
    EXPECT_EQ(content_length("9223372036854775807"), 9'223'372'036'854'775'807U);
}

TEST(ContentLength, IsNothingElse) {
    for (const char* text : {"", " 1", "1 ", "+1", "-1", "0x1", "1,1", "1.0", "1e3",
                             "9223372036854775808", "00000000000000000042"}) {
        EXPECT_EQ(content_length(text), std::nullopt) << text;
    }
}

TEST(SentLength, OfARequestIsItsBodys) {
    const auto of = [](std::string_view method, const Body& body, std::string_view upgrade = {}) {
        return sent_length(OutgoingRequest{.method = method,
                                           .target = "/",
                                           .authority = "a.example",
                                           .fields = {},
                                           .body = body,
                                           .upgrade = upgrade});
    };
    for (const char* method : {"GET", "POST", "DELETE"}) {
        EXPECT_EQ(of(method, {Body::Kind::length, 5}), 5U) << method;
        EXPECT_EQ(of(method, {Body::Kind::open, 0}), std::nullopt) << method;
    }
    for (const char* method : {"POST", "PUT", "PATCH"}) {
        EXPECT_EQ(of(method, {}), 0U) << method;
    }
    for (const char* method : {"GET", "HEAD", "DELETE", "OPTIONS", "post"}) {
        EXPECT_EQ(of(method, {}), std::nullopt) << method;
    }
    EXPECT_EQ(of("GET", {}, "websocket"), std::nullopt);
}

TEST(SentLength, OfAResponseIsNeverMissingWhereABodyCouldBe) {
    const auto of = [](int status, bool to_head, const Body& body,
                       std::optional<std::uint64_t> left_out = {}) {
        return sent_length({.status = status,
                            .reason = {},
                            .fields = {},
                            .body = body,
                            .upgrade = {},
                            .left_out = left_out},
                           to_head);
    };
    for (const int status : {200, 201, 205, 302, 401, 404, 500, 599}) {
        EXPECT_EQ(of(status, false, {}), 0U) << status;
        EXPECT_EQ(of(status, false, {}, 7), 0U) << status << ", which was received with a length";
        EXPECT_EQ(of(status, false, {Body::Kind::length, 5}, 7), 5U) << status;
        EXPECT_EQ(of(status, false, {Body::Kind::open, 0}, 7), std::nullopt) << status;
        EXPECT_EQ(of(status, true, {}, 7), 7U) << status;
        EXPECT_EQ(of(status, true, {}), std::nullopt) << status;
        EXPECT_EQ(of(status, true, {Body::Kind::length, 5}), 5U) << status;
    }
    EXPECT_EQ(of(304, false, {}, 7), 7U);
    EXPECT_EQ(of(304, false, {}), std::nullopt);
    for (const int status : {100, 101, 103, 204}) {
        EXPECT_EQ(of(status, false, {}, 7), std::nullopt) << status;
        EXPECT_EQ(of(status, true, {}, 7), std::nullopt) << status;
    }
}

}  // namespace
}  // namespace portcullis::http
