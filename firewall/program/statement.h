// What a rule says, one statement after the other, in the meaning that people read. All are plain
// values: equal statements mean the same to the kernel. A statement that does not match ends its
// rule, not its chain.
#pragma once

#include "firewall/program/field.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace portcullis::firewall {

// First to last, both included; equal for one value. Both of the field's width.
struct Interval {
    Bytes first;
    Bytes last;

    auto operator<=>(const Interval&) const = default;
};

// One of these: never empty, sorted, apart from each other. One entry is a value or a range in the
// rule itself (nft: "443", "1-535"); several are an anonymous set (nft: "{ 2377, 7946 }").
using Values = std::vector<Interval>;

// One of the elements of a set of the same table, whose key has the field's width.
struct InSet {
    std::string set;

    bool operator==(const InSet&) const = default;
};

// (field & mask) is, or with negated is not, the operand. Without mask (empty) the field itself is
// compared. Three shapes have a spelling of their own, when printed and when lowered:
//   - an address field, a contiguous mask and one value: a prefix, "ip daddr 127.0.0.0/8";
//   - iifname, a contiguous mask of whole bytes and one value: a beginning, "br-*" (kernel: a
//   comparison of the first
//     bytes only);
//   - ct_state, a mask, and negated 0: any of these states, "ct state established,related".
struct Match {
    Field field{};
    Bytes mask{};
    bool negated = false;
    std::variant<Values, InSet> operand{};

    bool operator==(const Match&) const = default;
};

// Adds the packet to a named counter of the table.
struct Count {
    std::string counter;

    bool operator==(const Count&) const = default;
};

// A token bucket. It matches while the rate holds, or with over once it is exceeded.
struct Limit {
    bool over = false;
    std::uint64_t per_second = 0;  // packets
    std::uint32_t burst = 0;       // packets beyond it at once

    bool operator==(const Limit&) const = default;
};

// To user space by NFLOG.
struct Log {
    std::uint16_t group = 0;
    std::uint32_t snaplen = 0;  // bytes of the packet
    std::string prefix{};       // at most 127 bytes, no quotes

    bool operator==(const Log&) const = default;
};

// Connection tracking passes this packet over; only before priority -200.
struct Notrack {
    bool operator==(const Notrack&) const = default;
};

// One row of the flood limiter: the source address (of IPv6 its /64), hashed with the seed to one
// of kSketchCells cells, each a token bucket kept as an element of the set (type mark, dynamic).
// Matches when the cell's rate is exceeded. Two rows with different seeds, one after the other in
// one rule, are a limiter that random sources cannot fill. nft: update @SET { jhash ip saddr mod
// 65536 seed SEED limit rate over N/second burst M packets }
struct Sketch {
    std::string set;
    Field source = Field::ip_saddr;  // or ip6_saddr, masked to its first 64 bits
    std::uint32_t seed = 0;
    std::uint64_t per_second = 0;
    std::uint32_t burst = 0;

    bool operator==(const Sketch&) const = default;
};

constexpr std::uint32_t kSketchCells = 65'536;

// Matches when more than over connections of this source address are being tracked.
// nft: add @SET { ip saddr ct count over N }
struct ConnectionCount {
    std::string set;
    Field source = Field::ip_saddr;  // or ip6_saddr, whole
    std::uint32_t over = 0;

    bool operator==(const ConnectionCount&) const = default;
};

// Answers SYNs with cookies in the server's place; ends the packet's way (the kernel steals or
// drops it) where it applies. Only in input and forward. Its options say what the server will agree
// to.
struct Synproxy {
    std::uint16_t mss = 0;
    std::uint8_t wscale = 0;  // 0: none is promised
    bool timestamp = false;
    bool sack = false;

    bool operator==(const Synproxy&) const = default;
};

// The end of a rule. accept ends this base chain only (later hooks still decide); drop is final; a
// jump whose chain comes to its end, or returns, goes on behind the rule; a goto never comes back.
struct Verdict {
    enum class Kind : std::uint8_t {
        accept,
        drop,
        back,
        jump,
        go
    };  // nft: accept drop return jump goto
    Kind kind = Kind::accept;
    std::string chain{};  // of jump and go

    bool operator==(const Verdict&) const = default;
};

// What the kernel holds and none of the above says: one instruction as libnftnl writes it. Only
// found in programs read back, where it is drift; it is never compiled, and cannot be installed.
struct Foreign {
    std::string bytecode;

    bool operator==(const Foreign&) const = default;
};

using Statement = std::variant<Match, Count, Limit, Log, Notrack, Sketch, ConnectionCount, Synproxy,
                               Verdict, Foreign>;

}  // namespace portcullis::firewall
