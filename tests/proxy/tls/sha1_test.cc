#include "proxy/tls/sha1.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

// RFC 6455, 1.3.
TEST(Sha1Base64, AnswersTheKeyOfTheRfc) {
    EXPECT_EQ(sha1_base64("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"),
              "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    EXPECT_EQ(sha1_base64(""), "2jmj7l5rSw0yVb/vlWAYkK/YBwk=");
}

}  // namespace
}  // namespace portcullis::tls
