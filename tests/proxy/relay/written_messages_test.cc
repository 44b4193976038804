#include "tests/proxy/relay/written_messages.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(WrittenMessages, AreRequestsWithTheirBodies) {
    const auto got = read_requests(
        "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /b HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"
        "PUT /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
    EXPECT_EQ(got.trouble, "");
    ASSERT_EQ(got.all.size(), 3U);
    EXPECT_EQ(got.all[0].start, "GET /a");
    EXPECT_EQ(got.all[1].body, "ok");
    EXPECT_EQ(got.all[2].body, "ok");
}

// What the oracle is for: a length without its body, and a body without its length.
TEST(WrittenMessages, AreNoneWhenALengthIsNotTheBodys) {
    EXPECT_EQ(read_requests("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n").trouble,
              "a body that is not whole");
    EXPECT_NE(read_requests("GET / HTTP/1.1\r\nHost: a\r\n\r\nbody").trouble, "");
    const std::string unframed = "HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n";
    EXPECT_EQ(read_responses(unframed, {"GET"}, false).trouble, "a body that is not whole");
    EXPECT_EQ(read_responses(unframed, {"GET"}, true).trouble, "");
    const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    EXPECT_EQ(read_responses(whole, {"GET"}, false).trouble, "");
    EXPECT_NE(read_responses(whole, {"HEAD"}, false).trouble, "");
    EXPECT_NE(read_responses(whole + whole, {"GET"}, false).trouble, "");
}

TEST(WrittenMessages, InterimResponsesBelongToTheOneThatFollows) {
    const auto got = read_responses(
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
        {"GET"}, false);
    EXPECT_EQ(got.trouble, "");
    ASSERT_EQ(got.all.size(), 1U);
    EXPECT_EQ(got.all[0].start, "204");
    EXPECT_TRUE(got.all[0].last);
}

TEST(WrittenMessages, AreTakenOneByOne) {
    std::string bytes = "GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
    const Take take = [&](std::size_t size) {
        const std::string taken = bytes.substr(0, size);
        bytes.erase(0, size);
        return taken;
    };
    EXPECT_EQ(take_request(take).all.at(0).start, "GET /a");
    EXPECT_EQ(take_request(take).all.at(0).start, "GET /b");
    EXPECT_EQ(take_request(take).trouble, "nothing");
}

}  // namespace
}  // namespace portcullis::test
