#include "proxy/http2/fields.h"

#include <gtest/gtest.h>

namespace portcullis::http2 {
namespace {

TEST(Http2Fields, KeepTheirOrderAndTheirBytes) {
    const http::Field fields[] = {{"Content-Type", "text/plain"}, {"Empty", ""}};
    FieldArray array;
    array.add(":status", "200");
    array.add(fields);
    ASSERT_EQ(array.size(), 3U);
    EXPECT_EQ(array.data()[0].namelen, 7U);
    EXPECT_EQ(array.data()[1].valuelen, 10U);
    EXPECT_EQ(array.data()[2].valuelen, 0U);
}

TEST(Http2Fields, WhatDiffersEachTimeStaysOutOfThePeersTable) {
    FieldArray array;
    array.add("x-request-id", "1");
    array.add("content-type", "a");
    EXPECT_EQ(array.data()[0].flags, NGHTTP2_NV_FLAG_NO_INDEX);
    EXPECT_EQ(array.data()[1].flags, NGHTTP2_NV_FLAG_NONE);
}

}  // namespace
}  // namespace portcullis::http2
