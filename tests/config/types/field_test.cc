#include "config/types/field.h"

#include <gtest/gtest.h>

#include <string>

namespace portcullis {
namespace {

TEST(FieldName, IsAToken) {
    for (const char* name : {"X-Frame-Options", "a", "Set-Cookie", "x_y!#$%&'*+.^`|~"}) {
        EXPECT_TRUE(check_field_name(name)) << name;
    }
    for (const char* name : {"", "a b", "a:", "a\n", "\xc3\xa4", "a\"", "(a)"}) {
        EXPECT_FALSE(check_field_name(name)) << name;
    }
    EXPECT_TRUE(check_field_name(std::string(256, 'a')));
    EXPECT_FALSE(check_field_name(std::string(257, 'a')));
}

TEST(FieldValue, IsOneVisibleLine) {
    for (const char* value : {"x", "a b", "a\tb", "max-age=1; x=\"y\"", "\xc3\xa4"}) {
        EXPECT_TRUE(check_field_value(value)) << value;
    }
    for (const char* value : {"", " a", "a ", "a\r\nX: y", "a\n", "a\r", "\x7f", "\x01"}) {
        EXPECT_FALSE(check_field_value(value)) << value;
    }
    EXPECT_FALSE(check_field_value(std::string_view{"a\0b", 3}));
}

TEST(HostValue, IsANameOrAnAddressPerhapsWithAPort) {
    for (const char* value : {"a", "a.test", "a.test:8080", "10.0.0.1", "10.0.0.1:80", "[::1]",
                              "[2001:db8::1]:8443", "my-app:65535"}) {
        EXPECT_TRUE(check_host_value(value)) << value;
    }
    for (const char* value :
         {"", ":80", "a.test:", "a.test:0", "a.test:65536", "a.test:8x", "*.test", "a b",
          "a.test/x", "user@a.test", "[::1", "[::1]x", "[10.0.0.1", "::1", "a\r\nX: y"}) {
        EXPECT_FALSE(check_host_value(value)) << value;
    }
}

TEST(ReservedField, IsTheSameInAnyCaseAndWithUnderscores) {
    for (const char* name : {"Host",
                             "host",
                             "Content-Length",
                             "CONTENT_LENGTH",
                             "Transfer-Encoding",
                             "Connection",
                             "Proxy-Authorization",
                             "Proxy",
                             "TE",
                             "Upgrade",
                             "Trailer",
                             "Expect",
                             "X-Forwarded-For",
                             "x_forwarded_for",
                             "X-Forwarded-Anything",
                             "Forwarded",
                             "X-Real-IP",
                             "Via",
                             "X-Request-Id",
                             "X-Client-Certificate-Subject",
                             "x_client_certificate_verified",
                             "X.Forwarded.For",
                             "Sec-WebSocket-Key"}) {
        EXPECT_FALSE(reserved_field(name).empty()) << name;
    }
    for (const char* name : {"Authorization", "Cookie", "X-Frame-Options", "Server", "Tea", "Hosts",
                             "X-Client", "Set-Cookie"}) {
        EXPECT_TRUE(reserved_field(name).empty()) << name;
    }
}

TEST(SameFolded, TakesEverySeparatorForOne) {
    EXPECT_TRUE(same_folded("X-User", "x.uSER"));
    EXPECT_TRUE(same_folded("X_User!Id", "X-User~Id"));
    EXPECT_FALSE(same_folded("X-User", "XUser"));
    EXPECT_FALSE(same_folded("X-User", "X--User"));
    EXPECT_FALSE(same_folded("X1", "X-"));
}

TEST(BelievedField, SaysWhatAServiceWouldTakeItFor) {
    for (const char* name : {"client-cert", "CF.Connecting.IP", "X-SSL-", "x_ssl_cert",
                             "SSL-Client-Verify", "X-Forwarded"}) {
        EXPECT_EQ(believed_field(name), Believed::client) << name;
    }
    for (const char* name : {"X-HTTP-Method-Override", "x_original_url"}) {
        EXPECT_EQ(believed_field(name), Believed::request) << name;
    }
    for (const char* name : {"", "X-SSL", "Client-Certs", "Cookie", "X-Original-URLs"}) {
        EXPECT_EQ(believed_field(name), Believed::no) << name;
    }
}

TEST(SameField, DoesNotCountLetterCase) {
    EXPECT_TRUE(same_field("X-a", "x-A"));
    EXPECT_FALSE(same_field("X-a", "X_a"));
    EXPECT_FALSE(same_field("X-a", "X-ab"));
}

}  // namespace
}  // namespace portcullis
