#include "proxy/relay/proxy_header.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

class ProxyHeaderTest : public testing::Test {
  protected:
    ProxyHeaderTest() {
        client.become({SocketAddress::parse("203.0.113.7:40000").value(),
                       SocketAddress::parse("192.0.2.1:443").value()});
    }

    stream::Loop loop;
    test::LocalPair pair;
    Client client{stream::Stream{stream::Socket{loop, std::move(pair.ours)}},
                  {IpAddress::parse("192.0.2.9").value(), 1}};
};

TEST_F(ProxyHeaderTest, SaysForWhomTheConnectionIs) {
    EXPECT_EQ(proxy_header(ProxyProtocol::v1, client),
              "PROXY TCP4 203.0.113.7 192.0.2.1 40000 443\r\n");
    const std::string binary = proxy_header(ProxyProtocol::v2, client);
    EXPECT_EQ(proxy_protocol::read_header(binary).ends, client.ends());
}

TEST_F(ProxyHeaderTest, SaysThatAConnectionIsNobodys) {
    EXPECT_EQ(proxy_header(ProxyProtocol::off), "");
    EXPECT_EQ(proxy_header(ProxyProtocol::v1), "PROXY UNKNOWN\r\n");
    const std::string binary = proxy_header(ProxyProtocol::v2);
    EXPECT_EQ(binary, (std::string{"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0", 16}));
    const proxy_protocol::Header read = proxy_protocol::read_header(binary);
    EXPECT_EQ(read.state, proxy_protocol::Header::State::whole);
    EXPECT_FALSE(read.ends);
}

TEST_F(ProxyHeaderTest, IsNotThereWhenNobodyWantsIt) {
    EXPECT_EQ(proxy_header(ProxyProtocol::off, client), "");
}

}  // namespace
}  // namespace portcullis::relay
