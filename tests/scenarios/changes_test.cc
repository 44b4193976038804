// Configurations, certificates and the program itself change under a steady load of HTTP/1.1,
// HTTP/2 and WebSockets, and no client notices. bench/changes does the same at full size.
#include "tests/support/process.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

TEST(Changes, AreNoticedByNobody) {
    const Ended changes =
        run({.argv = {source("bench/changes/run.py"), "--proxy", program("portcullis-proxy"),
                      "--changes", "36", "--certificates", "4", "--upgrades", "2", "--rate", "100",
                      "--websockets", "8", "--seconds", "12", "--deadline", "5"}},
            90s);
    EXPECT_EQ(changes.exit_code, 0) << changes.out << changes.err;
}

}  // namespace
}  // namespace portcullis::test
