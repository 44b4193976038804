#include "firewall/program/packet.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(Packet, IsDescribedInOneLine) {
    Packet packet;
    packet.set(Field::l4proto, kTcp)
        .set(Field::ip_saddr, 0x08080808)
        .set(Field::ip_daddr, 0x0a000001);
    packet.set(Field::tcp_sport, 40000).set(Field::tcp_dport, 8080).set(Field::tcp_flags, kSyn);
    packet.set(Field::iif, 2).set(Field::iifname, Bytes::name("eth0"));
    packet.set(Field::fib_daddr_type, kRtnLocal).set(Field::ct_state, kCtNew);
    EXPECT_EQ(describe(packet),
              "IPv4 tcp syn from 8.8.8.8:40000 to 10.0.0.1:8080 (local) on eth0 (2), new");
    packet.set(Field::fib_saddr_iif_oif, 0).set(Field::pkttype, kPkttypeOther).path = Path::forward;
    EXPECT_EQ(describe(packet),
              "IPv4 tcp syn from 8.8.8.8:40000 to 10.0.0.1:8080 (local) on eth0 (2), new, frame to "
              "other, source leads elsewhere, forwarded");
}

TEST(Packet, AFieldThatIsNotSetIsNotThere) {
    Packet packet;
    EXPECT_FALSE(packet.has(Field::udp_dport));
    EXPECT_FALSE(packet.is(Field::udp_dport, 0));
    packet.set(Field::udp_dport, 0);
    EXPECT_TRUE(packet.is(Field::udp_dport, 0));
    packet.unset(Field::udp_dport);
    EXPECT_FALSE(packet.has(Field::udp_dport));
}

}  // namespace
}  // namespace portcullis::firewall
