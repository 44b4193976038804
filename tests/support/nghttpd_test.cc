#include "tests/support/nghttpd.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Nghttpd, ServesFilesToAClientThatKnowsThatItSpeaksHttp2) {
    const Nghttpd server{7001};
    server.dir().write("file", "hello");
    const Ended client = run({.argv = {"nghttp", "http://127.0.0.1:7001/file"}});
    EXPECT_EQ(client.exit_code, 0) << client.err;
    EXPECT_EQ(client.out, "hello");
}

}  // namespace
}  // namespace portcullis::test
