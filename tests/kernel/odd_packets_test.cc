// Odd packets, one line each: what took it. The lines are in golden/odd_packets.txt; a change in
// the program that moves a packet from one rule to another shows there.
#include "base/file.h"
#include "tests/kernel/support/seen.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace portcullis::test {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kDestination = 60;

struct Odd {
    std::string name;
    std::vector<Octets> packets;
};

class OddPackets : public testing::Test {
  protected:
    void add(std::string name, const Packet& odd) {
        odd_.push_back({std::move(name), {bytes_of(odd)}});
    }

    [[nodiscard]] Packet from_outside(const Tcp& segment) const {
        return packet(world_.outside4, world_.node4, segment);
    }

    [[nodiscard]] Packet from_outside6(const Tcp& segment) const {
        return packet(world_.outside6, world_.node6, segment);
    }

    [[nodiscard]] Packet of(std::uint8_t protocol, Octets transport = Octets(20)) const {
        return {.source = world_.outside4,
                .target = world_.node4,
                .protocol = protocol,
                .transport = std::move(transport)};
    }

    [[nodiscard]] Packet icmp6(std::uint8_t type, std::uint8_t hops, Octets rest) const {
        return {.source = world_.outside6,
                .target = world_.node6,
                .protocol = kIcmp6,
                .transport = icmp(type, 0, std::move(rest)),
                .hops = hops};
    }

    static Packet with_options(Packet odd, Octets options, std::uint8_t first_header = 0) {
        odd.options = std::move(options);
        odd.first_header = first_header;
        return odd;
    }

    void add_flags();
    void add_segments();
    void add_fragments();
    void add_ip_options();
    void add_protocols();
    void add_icmp();

    Topology world_;
    std::vector<Odd> odd_;
};

void OddPackets::add_flags() {
    for (unsigned flags = 0; flags < 64; ++flags) {
        std::string name;
        for (unsigned bit = 0; bit < 6; ++bit) {
            name += (flags >> bit & 1U) != 0 ? "FSRPAU"[bit] : '.';
        }
        add("tcp 443 flags " + name, from_outside({.flags = static_cast<std::uint8_t>(flags)}));
    }
}

void OddPackets::add_segments() {
    add("tcp 443 syn mss 200", from_outside({.options = {2, 4, 0, 200}}));
    add("tcp 443 syn mss 535", from_outside({.options = {2, 4, 2, 23}}));
    add("tcp 443 syn mss 536", from_outside({.options = {2, 4, 2, 24}}));
    add("tcp 443 syn from port 0", from_outside({.source = 0}));
    add("tcp 443 ack from port 0", from_outside({.source = 0, .flags = kAck}));
    add("tcp to port 0 syn", from_outside({.target = 0}));
    add("tcp 22 syn", from_outside({.target = 22}));
    add("tcp 22 ack of no connection", from_outside({.target = 22, .flags = kAck}));
    add("tcp 40000 syn+ack that nobody asked for",
        from_outside({.source = 80, .target = 40'000, .flags = kSyn | kAck}));
    add("tcp 40000 rst of no connection",
        from_outside({.source = 80, .target = 40'000, .flags = kRst}));
    add("udp 443", packet(world_.outside4, world_.node4, Udp{}));
    add("udp 443 from port 0", packet(world_.outside4, world_.node4, Udp{.source = 0}));
    add("udp 40000 from port 53",
        packet(world_.outside4, world_.node4, Udp{.source = 53, .target = 40'000}));
    add("udp 4789 from a stranger", packet(world_.outside4, world_.node4, Udp{.target = 4'789}));
}

void OddPackets::add_fragments() {
    const Tcp long_segment{.payload = Octets(40, 'x')};
    const Udp long_datagram{.payload = Octets(40, 'x')};
    odd_.push_back({"tcp 443 in two fragments", in_fragments(from_outside(long_segment), 24)});
    odd_.push_back({"tcp 443 in a tiny fragment", in_fragments(from_outside(long_segment), 8)});
    odd_.push_back({"tcp 443 in two fragments, v6", in_fragments(from_outside6(long_segment), 24)});
    odd_.push_back({"udp 443 in two fragments",
                    in_fragments(packet(world_.outside4, world_.node4, long_datagram), 24)});
    odd_.push_back({"udp 443 in two fragments, v6",
                    in_fragments(packet(world_.outside6, world_.node6, long_datagram), 24)});
}

void OddPackets::add_ip_options() {
    const Packet syn = from_outside({});
    const Packet syn6 = from_outside6({});
    const Packet ssh6 = from_outside6({.target = 22});
    const Octets padding{kTcp, 0, 1, 4, 0, 0, 0, 0};
    add("loose source route", with_options(syn, {0x83, 7, 4, 11, 22, 33, 1, 0}));
    add("strict source route", with_options(syn, {0x89, 7, 4, 11, 22, 33, 1, 0}));
    add("record route", with_options(syn, {0x07, 7, 4, 0, 0, 0, 0, 0}));
    Octets type0{kTcp, 2, 0, 1, 0, 0, 0, 0};
    type0.resize(24);
    add("routing header type 0", with_options(syn6, type0, kRouting));
    add("tcp 443 behind a hop-by-hop header", with_options(syn6, padding, kHopByHop));
    add("tcp 443 behind a destination header", with_options(syn6, padding, kDestination));
    add("tcp 22 behind a hop-by-hop header", with_options(ssh6, padding, kHopByHop));
    add("tcp 22 behind a destination header", with_options(ssh6, padding, kDestination));
    add("to 127.0.0.1", packet(world_.outside4, IpAddress::parse("127.0.0.1").value(), Tcp{}));
    add("to 255.255.255.255, udp 67",
        packet(world_.outside4, IpAddress::parse("255.255.255.255").value(), Udp{.target = 67}));
    add("to 224.0.0.251, udp 5353",
        packet(world_.outside4, IpAddress::parse("224.0.0.251").value(), Udp{.target = 5'353}));
}

void OddPackets::add_protocols() {
    for (const auto& [name, number] : {std::pair{"igmp", 2},
                                       {"ipip", 4},
                                       {"ipv6 in ipv4", 41},
                                       {"gre", 47},
                                       {"esp", 50},
                                       {"ah", 51},
                                       {"sctp", 132}}) {
        add(name, of(static_cast<std::uint8_t>(number)));
    }
}

void OddPackets::add_icmp() {
    add("echo request", of(kIcmp, icmp(8, 0, Octets(4))));
    add("echo reply that nobody asked for", of(kIcmp, icmp(0, 0, Octets(4))));
    add("redirect", of(kIcmp, icmp(5, 1, Octets(32))));
    add("timestamp request", of(kIcmp, icmp(13, 0, Octets(16))));
    add("address mask request", of(kIcmp, icmp(17, 0, Octets(8))));
    add("echo request, v6", icmp6(128, 64, Octets(4)));
    add("router solicitation", icmp6(133, 255, Octets(4)));
    add("redirect, v6", icmp6(137, 255, Octets(36)));
    Octets solicit(4);
    const auto& target = world_.node6.bytes();
    solicit.insert(solicit.end(), target.begin(), target.end());
    add("neighbour solicitation", icmp6(135, 255, solicit));
    add("neighbour solicitation that crossed a router", icmp6(135, 64, solicit));
}

// Which counters took it, how often. None where the kernel itself, or a rule without counter, had
// the last word.
std::string taken_by(const Taken& taken) {
    std::string text;
    for (const auto& [counter, packets] : taken) {
        text += packets == 1 ? " " + counter : fmt::format(" {} {}", counter, packets);
    }
    return text;
}

TEST_F(OddPackets, AreTakenByTheRulesOfTheGoldenFile) {
    // Segments that get to 443 meet no listener: what the kernel answers is not looked at.
    const Seen seen{world_.node, "eth0"};
    Wall wall{world_.node};
    FirewallConfig policy = usual_policy();
    policy.http3 = Switch::on;
    wall.put(policy);
    add_flags();
    add_segments();
    add_fragments();
    add_ip_options();
    add_protocols();
    add_icmp();
    Wire wire{world_.outside, "eth0"};
    std::string got;
    for (const Odd& odd : odd_) {
        const Taken before = wall.taken();
        wire.send(odd.packets, kNodeMac);
        got += odd.name + ":" + taken_by(wall.taken() - before) + "\n";
    }
    EXPECT_EQ(seen.input(), (PortsSeen{{443}, {443}, {443}, {443}}));
    EXPECT_EQ(got, read_file(source("tests/kernel/golden/odd_packets.txt")).value());
}

}  // namespace
}  // namespace portcullis::test
