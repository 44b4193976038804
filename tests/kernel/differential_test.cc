// The evaluator against the kernel: seeded random packets put on the uplink of a node that holds
// the program, and the counters that each was to move against those that did.
#include "firewall/program/compile.h"
#include "firewall/program/evaluate.h"
#include "firewall/program/print.h"
#include "tests/kernel/support/topology.h"

#include <gtest/gtest.h>

#include <net/if.h>

#include <map>
#include <random>
#include <set>
#include <sstream>

namespace portcullis::firewall {
namespace {

namespace wire = portcullis::test;

using Counted = std::map<std::string, std::int64_t, std::less<>>;

constexpr std::size_t kPackets = 20'480;
constexpr std::size_t kBatch = 256;

// An address and what the node's forwarding table says of it, for packets that come in by eth0.
struct Place {
    const char* text;
    std::uint64_t type;
    bool by_uplink;  // its route leads out of eth0
};

constexpr Place kSources4[] = {
    {"11.22.33.1", kRtnUnicast, true}, {"8.8.8.8", kRtnUnicast, true},
    {"10.77.0.2", kRtnUnicast, false}, {"172.19.0.2", kRtnUnicast, false},
    {"11.22.33.10", kRtnLocal, false}, {"11.22.33.255", kRtnBroadcast, true},
    {"9.9.9.2", kRtnUnicast, true},    {"7.8.1.1", kRtnUnicast, true},
    {"10.9.0.5", kRtnUnicast, true},   {"6.1.2.3", kRtnUnicast, true}};
constexpr Place kTargets4[] = {
    {"11.22.33.10", kRtnLocal, false},   {"11.22.33.10", kRtnLocal, false},
    {"10.77.0.10", kRtnLocal, false},    {"172.19.0.2", kRtnUnicast, false},
    {"8.8.4.4", kRtnUnicast, false},     {"11.22.33.255", kRtnBroadcast, false},
    {"224.0.0.5", kRtnMulticast, false}, {"127.0.0.1", kRtnLocal, false}};
constexpr Place kSources6[] = {
    {"2a00:77::1", kRtnUnicast, true}, {"2001:4860::8888", kRtnUnicast, true},
    {"fd77::2", kRtnUnicast, false},   {"2a00:77::10", kRtnLocal, false},
    {"2620:99::2", kRtnUnicast, true}, {"2a00:6::1", kRtnUnicast, true}};
constexpr Place kTargets6[] = {{"2a00:77::10", kRtnLocal, false},
                               {"2a00:77::10", kRtnLocal, false},
                               {"fd77::10", kRtnLocal, false},
                               {"fd00:19::2", kRtnUnicast, false},
                               {"2001:4860::4444", kRtnUnicast, false}};
constexpr std::uint16_t kPorts[] = {0,   22,   53,   67,   68,   80,   443,  443,  443,  546,
                                    547, 2222, 2377, 4789, 7789, 7946, 8080, 8081, 33000};

struct Sent {
    wire::Packet bytes;
    Packet seen;
};

class Dice {
  public:
    explicit Dice(std::uint32_t seed) : random_{seed} {}

    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

    template <class T, std::size_t Size>
    const T& one_of(const T (&all)[Size]) {
        return all[below(Size)];
    }

  private:
    std::mt19937 random_;
};

Sent roll(Dice& dice, std::uint32_t index) {
    Sent sent;
    const bool four = dice.below(2) == 0;
    const Place& from = four ? dice.one_of(kSources4) : dice.one_of(kSources6);
    const Place& to = four ? dice.one_of(kTargets4) : dice.one_of(kTargets6);
    const IpAddress source = IpAddress::parse(from.text).value();
    const IpAddress target = IpAddress::parse(to.text).value();
    Packet& seen = sent.seen;
    seen.set(Field::iif, index).set(Field::iifname, Bytes::name("eth0"));
    seen.set(Field::iifkind, Bytes::name("veth")).set(Field::pkttype, kPkttypeHost);
    seen.set(Field::protocol, four ? kEthertypeIpv4 : kEthertypeIpv6);
    seen.set(Field::nfproto, four ? kNfprotoIpv4 : kNfprotoIpv6).set(Field::ipsec, 0);
    seen.set(four ? Field::ip_saddr : Field::ip6_saddr, address_bytes(source));
    seen.set(four ? Field::ip_daddr : Field::ip6_daddr, address_bytes(target));
    seen.set(Field::fib_saddr_type, from.type).set(Field::fib_daddr_type, to.type);
    seen.set(Field::fib_saddr_iif_oif, from.by_uplink ? 1 : 0).set(Field::fib_saddr_oif, 1);
    if (four) {
        seen.set(Field::ip_frag_off, 0).set(Field::ip_option_lsrr, 0).set(Field::ip_option_ssrr, 0);
    } else {
        seen.set(Field::exthdr_frag, 0).set(Field::ip6_hoplimit, 64);
    }
    const auto protocol = [&](std::uint64_t number) {
        seen.set(Field::l4proto, number);
        seen.set(four ? Field::ip_protocol : Field::ip6_nexthdr, number);
    };
    const std::uint16_t source_port = dice.below(3) == 0
                                          ? dice.one_of(kPorts)
                                          : static_cast<std::uint16_t>(1024 + dice.below(64'000));
    const std::uint16_t target_port = dice.one_of(kPorts);
    seen.set(Field::ct_state, kCtNew).set(Field::ct_direction, kCtOriginal);
    seen.set(Field::ct_original_proto_dst, target_port);
    const std::uint64_t kind = dice.below(10);
    if (kind == 0) {
        const auto type =
            static_cast<std::uint8_t>(dice.below(2) == 0 ? dice.below(20) : 125 + dice.below(22));
        sent.bytes = {.source = source,
                      .target = target,
                      .protocol = four ? wire::kIcmp : wire::kIcmp6,
                      .transport = wire::icmp(type, 0)};
        constexpr std::uint8_t kHops[] = {1, 64, 255};
        sent.bytes.hops = dice.one_of(kHops);
        protocol(four ? kIcmp : kIcmpv6);
        seen.set(four ? Field::icmp_type : Field::icmpv6_type, type);
        if (!four) {
            seen.set(Field::ip6_hoplimit, sent.bytes.hops);
        }
        seen.unset(Field::ct_original_proto_dst);
        // Only requests open anything; whatever quotes no flow is invalid, discovery untracked.
        const bool request = type == (four ? kIcmpEchoRequest : kIcmpv6EchoRequest);
        seen.set(Field::ct_state, request ? kCtNew : kCtInvalid);
    } else if (kind < 6) {
        // A pure SYN half of the time; other flags make conntrack call the packet invalid, or new.
        const auto flags = static_cast<std::uint8_t>(dice.below(2) == 0 ? kSyn : dice.below(64));
        sent.bytes =
            wire::packet(source, target,
                         wire::Tcp{.source = source_port, .target = target_port, .flags = flags});
        protocol(kTcp);
        seen.set(Field::tcp_sport, source_port)
            .set(Field::tcp_dport, target_port)
            .set(Field::tcp_flags, flags);
        if (dice.below(8) == 0) {
            const auto mss = static_cast<std::uint16_t>(530 + dice.below(12));
            wire::Tcp segment{.source = source_port, .target = target_port, .flags = flags};
            segment.options = {2, 4, static_cast<std::uint8_t>(mss >> 8U),
                               static_cast<std::uint8_t>(mss & 0xffU)};
            sent.bytes = wire::packet(source, target, segment);
            seen.set(Field::tcp_option_mss, mss);
        }
        if (flags != kSyn) {
            seen.set(Field::ct_state, kCtInvalid);
        }
    } else {
        sent.bytes =
            wire::packet(source, target, wire::Udp{.source = source_port, .target = target_port});
        protocol(kUdp);
        seen.set(Field::udp_sport, source_port).set(Field::udp_dport, target_port);
    }
    if (four && dice.below(16) == 0) {
        const bool strict = dice.below(2) == 0;
        // One address to pass through, and a byte of padding (RFC 791, 3.1).
        sent.bytes.options = {static_cast<std::uint8_t>(strict ? 137 : 131), 7, 4, 8, 8, 8, 8, 0};
        seen.set(strict ? Field::ip_option_ssrr : Field::ip_option_lsrr, 1);
    }
    return sent;
}

Counted counters(const wire::NetNamespace& node) {
    Counted result;
    std::istringstream words{node.must({"timeout", "10", "nft", "list", "counters"})};
    std::string name;
    for (std::string word; words >> word;) {
        if (word == "counter") {
            words >> name;
        } else if (word == "packets") {
            words >> result[name];
        }
    }
    return result;
}

std::string difference(const Counted& want, const Counted& before, const Counted& after) {
    std::string text;
    for (const auto& [name, count] : after) {
        const auto expected = want.find(name);
        const auto moved = count - before.at(name);
        const auto due = expected == want.end() ? 0 : expected->second;
        if (moved != due) {
            text +=
                name + " moved by " + std::to_string(moved) + ", not " + std::to_string(due) + "; ";
        }
    }
    return text;
}

TEST(Differential, TheEvaluatorAndTheKernelAgreeOnRandomPackets) {
    const wire::Topology topology;
    topology.node.set("net/netfilter/nf_conntrack_tcp_loose", "0");
    Facts facts;
    {
        const wire::Inside inside{topology.node};
        facts.interfaces = {
            {.index = 1, .name = "lo", .loopback = true},
            {.index = ::if_nametoindex("eth0"), .name = "eth0", .default_route = true},
            {.index = ::if_nametoindex("eth1"), .name = "eth1"}};
    }
    FirewallConfig policy;
    const auto cidr = [](const char* text) { return Cidr::parse(text).value(); };
    policy.http3 = Switch::on;
    policy.cluster = {
        {cidr("9.9.9.0/24"), cidr("10.77.0.0/24"), cidr("2620:99::/64")}, 7789, Switch::off};
    policy.management = {{cidr("10.9.0.0/24"), cidr("2001:4860::/32")}, 2222};
    constexpr std::size_t kNever = 1'000'000;  // limits are not what is compared here
    policy.limits = {kNever, kNever, kNever, kNever, kNever, kNever, kNever, 1, kNever, kNever};
    facts.bans = {
        {cidr("7.8.0.0/16"), std::chrono::time_point_cast<std::chrono::seconds>(
                                 std::chrono::system_clock::now() + std::chrono::hours{1})}};
    facts.feed = {cidr("6.0.0.0/9"), cidr("2a00:6::/32")};
    const Program program = compile(policy, facts);
    topology.node.must({"timeout", "10", "nft", "-f", "-"},
                       print(program, std::chrono::time_point_cast<std::chrono::seconds>(
                                          std::chrono::system_clock::now())));
    const Evaluator evaluator{program};
    wire::Wire link{topology.outside, "eth0"};
    constexpr std::uint32_t kSeed = 20'261'124;
    Dice dice{kSeed};
    std::size_t compared = 0;
    std::set<std::string> moved;
    Counted before = counters(topology.node);
    while (compared < kPackets) {
        std::vector<wire::Octets> frames;
        Counted want;
        std::string told;
        for (std::size_t i = 0; i < kBatch; ++i) {
            const Sent sent = roll(dice, facts.interfaces[1].index);
            frames.push_back(bytes_of(sent.bytes));
            const Judgement judgement = evaluator.evaluate(sent.seen);
            for (const std::string_view counter : judgement.counted) {
                ++want[std::string{counter}];
            }
        }
        link.send(frames, wire::kNodeMac);
        const Counted after = counters(topology.node);
        ASSERT_EQ(difference(want, before, after), "")
            << "seed " << kSeed << ", packets from " << compared;
        for (const auto& [name, count] : want) {
            moved.insert(name);
        }
        before = after;
        compared += kBatch;
    }
    for (const char* counter : {"a_443", "a_cluster", "a_dhcp", "a_mgmt", "d_badaddr", "d_ban",
                                "d_feed", "d_flags", "d_group", "d_icmp", "d_opts", "d_port",
                                "d_redirect", "d_routed", "d_spoof4", "d_spoof6", "d_synport"}) {
        EXPECT_TRUE(moved.contains(counter)) << counter << " was never asked for";
    }
}

}  // namespace
}  // namespace portcullis::firewall
