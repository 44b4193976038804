// The probe believes a socket's own account; here it is held against the packet.
#include "base/fd.h"
#include "firewall/netlink/features.h"

#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <fstream>
#include <map>

namespace portcullis::firewall {
namespace {

// The window scale option of a SYN-ACK; -1 for any other frame.
int wscale_of(const std::uint8_t* packet, std::size_t size, bool v4) {
    const std::size_t header = v4 ? sizeof(ip) : sizeof(ip6_hdr);
    if (size < header + sizeof(tcphdr)) {
        return -1;
    }
    const auto* tcp = reinterpret_cast<const tcphdr*>(packet + header);
    const std::size_t end = std::min(size - header, std::size_t{tcp->doff} * 4);
    if (tcp->syn == 0 || tcp->ack == 0) {
        return -1;
    }
    const std::uint8_t* option = packet + header + sizeof(tcphdr);
    const std::uint8_t* last = packet + header + end;
    while (option + 2 < last && *option != TCPOPT_EOL) {
        if (*option == TCPOPT_NOP) {
            ++option;
        } else if (*option == TCPOPT_WINDOW) {
            return option[2];
        } else {
            option += std::max<std::uint8_t>(option[1], 2);
        }
    }
    return -1;
}

TEST(ProbeSynproxy, PromisesWhatAListenersSynAckSays) {
    const Fd capture{
        ::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETH_P_ALL))};
    ASSERT_TRUE(capture);
    Features features;
    features.synproxy = true;
    const Answer<SynproxyFacts> facts = probe_synproxy(features);
    ASSERT_TRUE(facts) << facts.error().text;
    std::map<bool, int> seen;
    std::array<std::uint8_t, 2048> packet{};
    for (ssize_t size = 0; (size = ::recv(capture.get(), packet.data(), packet.size(), 0)) > 0;) {
        const bool v4 = packet[0] >> 4U == 4;
        if (const int scale = wscale_of(packet.data(), static_cast<std::size_t>(size), v4);
            scale >= 0) {
            seen[v4] = scale;
        }
    }
    EXPECT_TRUE(facts->available);
    ASSERT_TRUE(seen.contains(true) && seen.contains(false));
    EXPECT_EQ(facts->wscale4, seen[true]);
    EXPECT_EQ(facts->wscale6, seen[false]);
}

TEST(ProbeSynproxy, FollowsTheReceiveBufferThatListenersGet) {
    std::ofstream{"/proc/sys/net/ipv4/tcp_rmem"} << "4096 131072 400000";
    const SynproxyFacts small = probe_synproxy({}).value();
    std::ofstream{"/proc/sys/net/ipv4/tcp_rmem"} << "4096 131072 67108864";
    const SynproxyFacts large = probe_synproxy({}).value();
    EXPECT_LT(small.wscale4, large.wscale4);
    EXPECT_LT(small.wscale6, large.wscale6);
    EXPECT_FALSE(small.available) << "as the features say";
}

}  // namespace
}  // namespace portcullis::firewall
