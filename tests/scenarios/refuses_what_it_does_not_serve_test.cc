// Who is not meant gets a clear refusal, or nothing; and what it was is counted.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

std::int64_t faults(const ProxyUnderTest& proxy, std::string_view name) {
    return proxy.status().at("faults").as_object().at(name).to_number<std::int64_t>();
}

class Refuses : public testing::Test {
  protected:
    // Whatever is refused here, the origin has heard nothing of it.
    void TearDown() override { EXPECT_EQ(origin.connections(), 0); }

    RawOrigin origin{always(answer("served"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
};

TEST_F(Refuses, AHostThatNoRouteNames) {
    const Fetched fetched = proxy.get("https://shop.test/", {"-H", "Host: other.test"});
    EXPECT_EQ(fetched.status, 421);
    EXPECT_EQ(faults(proxy, "no_route"), 1);
}

TEST_F(Refuses, PlainHttpWithAnAnswer) {
    RawClient client = RawClient::plain(443);
    client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
    const std::string said = client.read_to_end();
    EXPECT_TRUE(said.starts_with("HTTP/1.1 400 ")) << said;
    EXPECT_NE(said.find("https://"), std::string::npos) << said;
    EXPECT_EQ(client.end(), End::clean);
    EXPECT_EQ(faults(proxy, "plain_http"), 1);
}

TEST_F(Refuses, BytesThatAreNeitherTlsNorHttp) {
    RawClient client = RawClient::plain(443);
    client.send(std::string(100, '\x01'));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), End::open);
    EXPECT_EQ(faults(proxy, "not_tls"), 1);
}

TEST_F(Refuses, AServerNameWithoutCertificate) {
    const RawClient client = RawClient::tls(443, {.server_name = "other.test"});
    EXPECT_EQ(client.error(), "tlsv1 unrecognized name");
    EXPECT_EQ(faults(proxy, "unknown_sni"), 1);
}

TEST_F(Refuses, AClientWithoutServerName) {
    const RawClient client = RawClient::tls(443, {});
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(faults(proxy, "unknown_sni"), 1);
}

TEST_F(Refuses, VersionsBelowTls12) {
    const RawClient client = RawClient::tls(443, {.server_name = "shop.test",
                                                  .version_min = TLS1_VERSION,
                                                  .version_max = TLS1_1_VERSION,
                                                  .cipher_list = "ALL:@SECLEVEL=0"});
    EXPECT_FALSE(client.connected());
    EXPECT_EQ(client.error(), "tlsv1 alert protocol version");
    EXPECT_EQ(faults(proxy, "handshake_failed"), 1);
}

TEST_F(Refuses, AHandshakeThatEndsHalfWay) {
    RawClient client = RawClient::plain(443);
    client.send(std::string_view{"\x16\x03\x01\x02\x00\x01", 6});
    client.shutdown_write();
    client.read_to_end();
    EXPECT_NE(client.end(), End::open);
    EXPECT_TRUE(eventually(
        [&] { return faults(proxy, "handshake_failed") + faults(proxy, "client_gone") == 1; }));
}

}  // namespace
}  // namespace portcullis::test
