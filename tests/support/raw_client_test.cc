#include "tests/support/raw_client.h"

#include "tests/support/nginx.h"
#include "tests/support/raw_origin.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <sys/socket.h>

namespace portcullis::test {
namespace {

struct TlsServer {
    TempDir dir;
    TestCa ca;
    IssuedFiles files = ca.issue_into(dir, "site", {.names = {"shop.test"}});
    Nginx nginx{443,
                "listen 127.0.0.1:444 ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets on; "
                "ssl_certificate " +
                    files.certificate.string() + "; ssl_certificate_key " + files.key.string() +
                    "; location / { return 200 hello; }"};
};

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

TEST(RawClient, SpeaksTlsAndSaysWhatWasAgreed) {
    const TlsServer server;
    RawClient client = RawClient::tls(
        444,
        {.server_name = "shop.test", .alpn = {"http/1.1"}, .ca_pem = server.ca.certificate_pem()});
    ASSERT_TRUE(client.connected()) << client.error();
    EXPECT_EQ(client.version(), TLS1_3_VERSION);
    EXPECT_EQ(client.alpn(), "http/1.1");
    EXPECT_EQ(client.certificate_names(), std::vector<std::string>{"shop.test"});
    EXPECT_TRUE(client.send(kGet));
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 200 OK\r\n"));
    EXPECT_EQ(client.read(5), "hello");
    EXPECT_EQ(client.read_until("x", 30ms), "");
    EXPECT_EQ(client.end(), End::open);
}

TEST(RawClient, ResumesASession) {
    const TlsServer server;
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient first = RawClient::tls(444, {.server_name = "shop.test", .version_max = version});
        first.send(kGet);
        first.read_until("hello");
        EXPECT_FALSE(first.resumed());
        const TlsSession session = first.session();
        const RawClient second = RawClient::tls(
            444, {.server_name = "shop.test", .version_max = version, .session = session.get()});
        EXPECT_TRUE(second.resumed());
        EXPECT_EQ(second.version(), version);
    }
}

TEST(RawClient, RefusesACertificateForAnotherName) {
    const TlsServer server;
    const RawClient client =
        RawClient::tls(444, {.server_name = "other.test", .ca_pem = server.ca.certificate_pem()});
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(client.error(), "certificate verify failed");
}

TEST(RawClient, NamesTheAlert) {
    const TlsServer server;
    const RawClient client =
        RawClient::tls(444, {.version_max = TLS1_2_VERSION, .cipher_list = "AES128-SHA"});
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(client.error(), "sslv3 alert handshake failure");
}

TEST(RawClient, TellsACleanEndFromAResetOne) {
    const RawOrigin polite{[](auto& connection) { connection.send("bye"); }};
    RawClient client = RawClient::plain(polite.port());
    EXPECT_EQ(client.read_to_end(), "bye");
    EXPECT_EQ(client.end(), End::clean);
    const RawOrigin rude{[](auto& connection) { connection.reset(); }};
    RawClient other = RawClient::plain(rude.port());
    EXPECT_EQ(other.read_to_end(), "");
    EXPECT_EQ(other.end(), End::reset);
}

TEST(RawClient, SaysThatItCannotSendToAPeerThatIsGone) {
    TlsServer server;
    RawClient client = RawClient::tls(444, {.server_name = "shop.test"});
    ::shutdown(client.fd(), SHUT_WR);
    EXPECT_FALSE(client.send(kGet));
    EXPECT_NE(client.error(), "");
}

TEST(RawClient, HalfClosesAndStillReads) {
    const RawOrigin origin{
        [](auto& connection) { connection.send("got " + connection.read_to_end()); }};
    RawClient client = RawClient::plain(origin.port());
    client.send("all");
    client.shutdown_write();
    EXPECT_EQ(client.read_to_end(), "got all");
}

}  // namespace
}  // namespace portcullis::test
