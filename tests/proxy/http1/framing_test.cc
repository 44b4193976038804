#include "proxy/http1/framing.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::http1 {
namespace {

using http::Field;
using http::Refusal;
using Fields = std::vector<Field>;

Framing of_request(Fields fields, int minor_version = 1) {
    http::RequestHead head;
    head.minor_version = minor_version;
    head.fields = std::move(fields);
    return request_framing(head);
}

http::ResponseHead answer(int status, Fields fields, int minor_version = 1) {
    return {.status = status,
            .reason = {},
            .minor_version = minor_version,
            .fields = std::move(fields)};
}

TEST(RequestFraming, WithoutFramingFieldsThereIsNoBody) {
    EXPECT_EQ(of_request({{"Accept", "*/*"}}).kind, BodyKind::none);
}

TEST(RequestFraming, ALengthIsAsManyBytesAndZeroIsNone) {
    const Framing framing = of_request({{"content-length", "0042"}});
    EXPECT_EQ(framing.kind, BodyKind::length);
    EXPECT_EQ(framing.length, 42U);
    EXPECT_EQ(of_request({{"Content-Length", "0"}}).kind, BodyKind::none);
}

TEST(RequestFraming, ALengthIsAtMostTwoToThe63Minus1) {
    EXPECT_EQ(of_request({{"Content-Length", "9223372036854775806"}}).length, 9223372036854775806U);
    EXPECT_EQ(of_request({{"Content-Length", "9223372036854775807"}}).length, 9223372036854775807U);
    EXPECT_EQ(of_request({{"Content-Length", "9223372036854775808"}}).refusal, Refusal::bad_length);
    EXPECT_EQ(of_request({{"Content-Length", "9999999999999999999"}}).refusal, Refusal::bad_length);
    EXPECT_EQ(of_request({{"Content-Length", "00000000000000000001"}}).refusal,
              Refusal::bad_length);
}

TEST(RequestFraming, ChunkedIsTheOnlyEncodingAndOnlyInHttp11) {
    EXPECT_EQ(of_request({{"Transfer-Encoding", "CHUNKED"}}).kind, BodyKind::chunked);
    EXPECT_EQ(of_request({{"Transfer-Encoding", "chunked"}}, 0).refusal,
              Refusal::bad_transfer_encoding);
    EXPECT_EQ(of_request({{"Transfer-Encoding", "gzip"}}).refusal, Refusal::bad_transfer_encoding);
}

TEST(ResponseFraming, StatusAndMethodComeBeforeTheFields) {
    const Fields length = {{"Content-Length", "5"}};
    EXPECT_EQ(response_framing(answer(200, length), false).kind, BodyKind::length);
    EXPECT_EQ(response_framing(answer(200, length), true).kind, BodyKind::none);
    for (const int status : {100, 101, 103, 199, 204, 304}) {
        EXPECT_EQ(response_framing(answer(status, length), false).kind, BodyKind::none) << status;
        EXPECT_EQ(response_framing(answer(status, {{"Transfer-Encoding", "chunked"}}), false).kind,
                  BodyKind::none);
    }
    EXPECT_EQ(response_framing(answer(205, length), false).kind, BodyKind::length);
}

TEST(ResponseFraming, WithoutFramingFieldsTheBodyEndsWithTheConnection) {
    EXPECT_EQ(response_framing(answer(200, {}), false).kind, BodyKind::until_close);
    EXPECT_EQ(response_framing(answer(200, {{"Content-Length", "0"}}), false).kind, BodyKind::none);
    EXPECT_EQ(response_framing(answer(200, {{"Transfer-Encoding", "chunked"}}), false).kind,
              BodyKind::chunked);
}

TEST(ResponseFraming, RefusesWhatIsAmbiguousEvenWhereNoBodyFollows) {
    const Fields both = {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}};
    const Fields two = {{"Content-Length", "5"}, {"Content-Length", "6"}};
    for (const bool to_head : {false, true}) {
        EXPECT_EQ(response_framing(answer(200, both), to_head).refusal,
                  Refusal::length_and_encoding);
        EXPECT_EQ(response_framing(answer(200, two), to_head).refusal, Refusal::differing_lengths);
        EXPECT_EQ(response_framing(answer(304, {{"Content-Length", "x"}}), to_head).refusal,
                  Refusal::bad_length);
    }
    EXPECT_EQ(response_framing(answer(200, {{"Transfer-Encoding", "chunked"}}, 0), false).refusal,
              Refusal::bad_transfer_encoding);
}

TEST(KeepsAlive, DependsOnVersionAndConnection) {
    struct Case {
        int minor_version;
        Fields fields;
        bool want;
    };

    const std::vector<Case> cases = {
        {1, {}, true},
        {1, {{"Connection", "close"}}, false},
        {1, {{"Connection", "keep-alive"}}, true},
        {1, {{"Connection", "x, Close"}}, false},
        {1, {{"Connection", "x"}, {"connection", "CLOSE"}}, false},
        {1, {{"Connection", "closed"}}, true},
        {0, {}, false},
        {0, {{"Connection", "Keep-Alive"}}, true},
        {0, {{"Connection", "keep-alive, close"}}, false},
    };
    for (const Case& c : cases) {
        http::RequestHead request;
        request.minor_version = c.minor_version;
        request.fields = c.fields;
        EXPECT_EQ(keeps_alive(request), c.want) << &c - cases.data();
        EXPECT_EQ(keeps_alive(answer(200, c.fields, c.minor_version)), c.want) << &c - cases.data();
    }
}

}  // namespace
}  // namespace portcullis::http1
