#include "proxy/http/known.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis::http {
namespace {

TEST(Known, RecognisesEachFieldInAnyCase) {
    EXPECT_EQ(known("hOST").field, Known::host);
    EXPECT_EQ(known("content-LENGTH").field, Known::content_length);
    EXPECT_EQ(known("Transfer-Encoding").field, Known::transfer_encoding);
    EXPECT_EQ(known("Connection").field, Known::connection);
    EXPECT_EQ(known("Keep-Alive").field, Known::keep_alive);
    EXPECT_EQ(known("te").field, Known::te);
    EXPECT_EQ(known("Upgrade").field, Known::upgrade);
    EXPECT_EQ(known("Proxy").field, Known::proxy);
    EXPECT_EQ(known("Proxy-Connection").field, Known::proxy);
    EXPECT_EQ(known("Proxy-Authorization").field, Known::proxy);
    EXPECT_EQ(known("Forwarded").field, Known::forwarded);
    EXPECT_EQ(known("X-Forwarded-For").field, Known::x_forwarded_for);
    EXPECT_EQ(known("X-Forwarded-Proto").field, Known::x_forwarded_proto);
    EXPECT_EQ(known("X-Forwarded-Host").field, Known::x_forwarded_host);
    EXPECT_EQ(known("X-Forwarded-Port").field, Known::x_forwarded_port);
    EXPECT_EQ(known("X_Real-IP").field, Known::x_forwarded_other);
    EXPECT_EQ(known("X-Forwarded-Prefix").field, Known::x_forwarded_other);
    EXPECT_EQ(known("Via").field, Known::via);
    EXPECT_EQ(known("X-Request-Id").field, Known::x_request_id);
    EXPECT_FALSE(known("X-Request-Id").disguised);
    EXPECT_EQ(known("x-client-CERTIFICATE-Subject").field, Known::x_client_certificate);
    EXPECT_EQ(known("X_Client-Certificate_anything").field, Known::x_client_certificate);
    EXPECT_EQ(known("X-Client-Certificat").field, Known::other);
}

TEST(Known, SeesThroughEverySeparator) {
    for (const char* name :
         {"X_Forwarded_For", "x-forwarded_for", "X_Request-ID", "Content_Length",
          "Proxy_Connection", "X.Forwarded.For", "X~Real!IP", "Transfer.Encoding", "Keep|Alive",
          "X.Client.Certificate.Verified", "X-Client-Certificate-Sub.ject", "Client^Cert",
          "X'HTTP'Method'Override", "X*SSL*Verify"}) {
        EXPECT_NE(known(name).field, Known::other) << name;
        EXPECT_TRUE(known(name).disguised) << name;
    }
    EXPECT_EQ(known("My_Header").field, Known::other);
    EXPECT_FALSE(known("My_Header").disguised);
}

TEST(Known, LeavesAllOthersAlone) {
    for (const char* name :
         {"", "C", "Cookie", "Content-Type", "Content-Lengt", "Content-Lengths", "Hosts", "X",
          "X-Forwarde", "ProxyX", "Tea", "Vi", "Accept", "Trailer", "Expect", "Connections"}) {
        EXPECT_EQ(known(name).field, Known::other) << name;
    }
}

TEST(Known, AreTheHeadersThatOriginsBelieve) {
    for (const char* name :
         {"Client-Cert", "client-cert-chain", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP",
          "X-Forwarded", "X-SSL-Client-CN", "x-ssl-anything", "SSL-Client-Verify"}) {
        EXPECT_EQ(known(name).field, Known::believed_client) << name;
        EXPECT_FALSE(known(name).disguised) << name;
    }
    for (const char* name : {"X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override",
                             "X-HTTP-Method", "X-Method-Override"}) {
        EXPECT_EQ(known(name).field, Known::believed_request) << name;
    }
}

// Every byte that may stand in a name, in place of each separator: none of them is a way around.
TEST(Known, HaveNoSpellingOfTheirOwnForAnyByte) {
    for (const std::string_view name :
         {"X-Forwarded-For", "X-Real-IP", "Transfer-Encoding", "X-Client-Certificate-Verified",
          "CF-Connecting-IP", "X-SSL-Verify", "X-HTTP-Method-Override"}) {
        for (const char byte : std::string_view{"!#$%&'*+.^_`|~"}) {
            for (std::size_t at = name.find('-'); at != std::string_view::npos;
                 at = name.find('-', at + 1)) {
                std::string spelled{name};
                spelled[at] = byte;
                EXPECT_EQ(known(spelled).field, known(name).field) << spelled;
                EXPECT_TRUE(known(spelled).disguised) << spelled;
                EXPECT_FALSE(may_be_trailer(spelled)) << spelled;
            }
        }
    }
}

TEST(MayBeTrailer, NothingThatFramesRoutesOrAuthenticates) {
    for (const char* name :
         {"Content-Length", "transfer-encoding", "Host", "Authorization", "Set-Cookie",
          "Content-Type", "Cache-Control", "X-Forwarded-For", "TE", "Trailer", "Content_Type",
          "X-Client-Certificate-Subject", "x_client_certificate_verified", "Set.Cookie",
          "client-cert", "x-original-url"}) {
        EXPECT_FALSE(may_be_trailer(name)) << name;
    }
    for (const char* name : {"X-Checksum", "Server-Timing", "ETag", "Digest", "Grpc-Status"}) {
        EXPECT_TRUE(may_be_trailer(name)) << name;
    }
}

}  // namespace
}  // namespace portcullis::http
