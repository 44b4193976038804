// Everything a rule can read of a packet, and how nft and the kernel speak of it.
#pragma once

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace portcullis::firewall {

// The bytes of a field, most significant first whatever the kernel's order is: comparing two of one
// width compares the numbers. Interface names and kinds are padded with zeros to kNameBytes.
class Bytes {
  public:
    static constexpr std::size_t kSizeMax = 16;

    constexpr Bytes() = default;  // no bytes: "no mask"

    // The number's last size bytes.
    constexpr Bytes(std::uint64_t number, std::size_t size)
        : size_{static_cast<std::uint8_t>(size)} {
        for (std::size_t i = size; i-- > 0; number >>= 8U) {
            bytes_[i] = static_cast<std::uint8_t>(number & 0xffU);
        }
    }

    template <std::size_t Size>

    requires(Size <= kSizeMax) constexpr explicit Bytes(const std::array<std::uint8_t, Size>& bytes)
        : size_{Size} {
        std::copy(bytes.begin(), bytes.end(), bytes_.begin());
    }

    // A name as interfaces have it: at most 15 bytes, padded to 16.
    static constexpr Bytes name(std::string_view text) {
        Bytes bytes;
        bytes.size_ = kSizeMax;
        std::transform(
            text.begin(),
            text.begin() + static_cast<std::ptrdiff_t>(std::min(text.size(), kSizeMax - 1)),
            bytes.bytes_.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
        return bytes;
    }

    // The first bits set, the others not: the mask of an address prefix, or of a name's beginning.
    static constexpr Bytes prefix_mask(std::size_t bits, std::size_t size) {
        Bytes bytes{0, size};
        for (std::size_t i = 0; i < bits; ++i) {
            bytes.bytes_[i / 8] =
                static_cast<std::uint8_t>(bytes.bytes_[i / 8] | (0x80U >> (i % 8)));
        }
        return bytes;
    }

    [[nodiscard]] constexpr std::size_t size() const { return size_; }

    [[nodiscard]] constexpr bool empty() const { return size_ == 0; }

    [[nodiscard]] constexpr const std::uint8_t* data() const { return bytes_.data(); }

    constexpr std::uint8_t& operator[](std::size_t i) { return bytes_[i]; }

    constexpr std::uint8_t operator[](std::size_t i) const { return bytes_[i]; }

    [[nodiscard]] constexpr const std::uint8_t* begin() const { return bytes_.data(); }

    [[nodiscard]] constexpr const std::uint8_t* end() const { return bytes_.data() + size_; }

    // The number they are, of at most eight bytes.
    [[nodiscard]] constexpr std::uint64_t number() const {
        std::uint64_t value = 0;
        for (const std::uint8_t byte : *this) {
            value = value << 8U | byte;
        }
        return value;
    }

    auto operator<=>(const Bytes&) const = default;

  private:
    std::array<std::uint8_t, kSizeMax> bytes_{};  // zero beyond size_
    std::uint8_t size_ = 0;
};

constexpr std::size_t kNameBytes = 16;  // IFNAMSIZ: fifteen characters and a zero

enum class Field : std::uint8_t {
    // meta: of the packet's way, not of its bytes
    iif,      // index of the interface it came in by
    iifname,  // its name
    iifkind,  // rtnl link kind of that interface: "bridge", "veth"; empty for a physical one
    oif,      // index and name of the interface it leaves by
    oifname,
    pkttype,   // kPkttype*
    protocol,  // ethertype; only the netdev table needs to ask
    nfproto,   // kNfprotoIpv4, kNfprotoIpv6
    l4proto,   // the transport protocol behind extension headers
    ipsec,     // 1 when it was decapsulated by IPsec
    // network header
    ip_saddr,
    ip_daddr,
    ip_protocol,
    ip_frag_off,  // flags and offset: 16 bits, of which 0x3fff are "more fragments" and the offset
    ip6_saddr,
    ip6_daddr,
    ip6_nexthdr,  // of the fixed header only
    ip6_hoplimit,
    // options and extension headers
    ip_option_lsrr,  // 1 when there
    ip_option_ssrr,
    exthdr_frag,
    rt_type,         // no match without a routing header
    tcp_option_mss,  // no match without the option
    // transport header; no match on a fragment that is not the first
    tcp_sport,
    tcp_dport,
    tcp_flags,
    udp_sport,
    udp_dport,
    icmp_type,
    icmpv6_type,
    // connection tracking; an untracked packet has a state, and no direction or original port
    ct_state,               // kCtState*, one bit set
    ct_direction,           // kCtOriginal, kCtReply
    ct_original_proto_dst,  // the port the connection was opened to, before any DNAT
    // forwarding table, asked about this packet
    fib_saddr_type,  // kRtn*
    fib_daddr_type,
    fib_saddr_oif,      // 1 when some interface leads to the source
    fib_saddr_iif_oif,  // 1 when the interface it came in by does (strict reverse path)
};

constexpr std::size_t kFields = static_cast<std::size_t>(Field::fib_saddr_iif_oif) + 1;

// How the kernel keeps the value in a register. Bytes are most significant first in either case.
enum class ByteOrder : std::uint8_t { network, host, text };

// What the packet must be before the field can be read. In a table of family inet nft writes the
// test of nfproto or l4proto in front of the first match that needs it; lowering does the same, and
// printing leaves it to nft.
enum class Presupposed : std::uint8_t { nothing, ipv4, ipv6, tcp, udp, icmp, icmpv6, transport };

struct FieldFacts {
    std::string_view nft;  // as nft writes it in front of a value
    std::uint8_t width;    // bytes
    ByteOrder order;
    Presupposed presupposed;
};

// Total over Field.
const FieldFacts& facts_of(Field field);

constexpr std::uint64_t kPkttypeHost = 0, kPkttypeBroadcast = 1, kPkttypeMulticast = 2,
                        kPkttypeOther = 3;
constexpr std::uint64_t kNfprotoIpv4 = 2, kNfprotoIpv6 = 10;
constexpr std::uint64_t kEthertypeIpv4 = 0x0800, kEthertypeArp = 0x0806, kEthertypeIpv6 = 0x86dd;
constexpr std::uint64_t kIcmp = 1, kIgmp = 2, kTcp = 6, kUdp = 17, kEsp = 50, kIcmpv6 = 58;
constexpr std::uint64_t kFin = 1, kSyn = 2, kRst = 4, kPsh = 8, kAck = 16, kUrg = 32;
constexpr std::uint64_t kCtInvalid = 1, kCtEstablished = 2, kCtRelated = 4, kCtNew = 8,
                        kCtUntracked = 64;
constexpr std::uint64_t kCtOriginal = 0, kCtReply = 1;
constexpr std::uint64_t kIcmpEchoReply = 0, kIcmpUnreachable = 3, kIcmpRedirect = 5;
constexpr std::uint64_t kIcmpEchoRequest = 8, kIcmpTimeExceeded = 11, kIcmpParameterProblem = 12;
constexpr std::uint64_t kIcmpv6Unreachable = 1, kIcmpv6TooBig = 2, kIcmpv6TimeExceeded = 3;
constexpr std::uint64_t kIcmpv6ParameterProblem = 4, kIcmpv6EchoRequest = 128;
constexpr std::uint64_t kIcmpv6EchoReply = 129, kMldQuery = 130, kMldReport = 131, kMldDone = 132;
constexpr std::uint64_t kRouterSolicit = 133, kRouterAdvert = 134, kNeighborSolicit = 135;
constexpr std::uint64_t kNeighborAdvert = 136, kNdRedirect = 137, kMld2Report = 143;
constexpr std::uint64_t kRtnUnspecified = 0, kRtnUnicast = 1, kRtnLocal = 2, kRtnBroadcast = 3,
                        kRtnAnycast = 4, kRtnMulticast = 5;

}  // namespace portcullis::firewall
