// What the kernel should hold, as plain values: compile makes one, print shows it, prove judges it,
// diff compares two, and netlink carries it to the kernel and back.
#pragma once

#include "config/types/cidr.h"
#include "firewall/program/statement.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

// What the elements of a set are.
enum class KeyType : std::uint8_t {
    interface_index,  // iface_index, 4 bytes
    interface_name,   // ifname, kNameBytes
    ipv4,             // ipv4_addr, 4 bytes
    ipv6,             // ipv6_addr, 16 bytes
    mark,             // mark, 4 bytes; the cells of a Sketch
};

// Absolute, so that a ban ends when it was meant to, however often programs are replaced meanwhile.
using Expiry = std::chrono::sys_seconds;

struct Element {
    Bytes first;  // first to last, both included; equal unless the set has intervals
    Bytes last;
    std::optional<Expiry> expires{};  // only in sets with timeouts

    auto operator<=>(const Element&) const = default;
};

struct Set {
    std::string name;
    KeyType type{};
    bool interval = false;
    bool timeout = false;  // elements may expire
    bool dynamic =
        false;  // rules add elements: what it holds is the packets' doing, not the policy's
    std::uint32_t size = 0;                  // elements at most; 0: the kernel sets no limit
    std::chrono::seconds element_timeout{};  // of elements that name none; 0: they stay
    std::vector<Element>
        elements{};  // sorted, apart from each other; of a dynamic set always empty

    bool operator==(const Set&) const = default;
};

struct Rule {
    std::vector<Statement> statements;
    std::string comment{};  // at most 127 bytes, no quotes; empty: none

    bool operator==(const Rule&) const = default;
};

enum class Hook : std::uint8_t { ingress, prerouting, input, forward, output };
enum class Policy : std::uint8_t { accept, drop };

// Chains that packets enter by themselves; all are of nft type "filter".
struct Base {
    Hook hook{};
    int priority = 0;                    // lower ones first
    Policy policy = Policy::accept;      // for packets that come to the chain's end
    std::vector<std::string> devices{};  // of ingress

    bool operator==(const Base&) const = default;
};

struct Chain {
    std::string name;
    std::optional<Base> base{};
    std::vector<Rule> rules{};

    bool operator==(const Chain&) const = default;
};

enum class Family : std::uint8_t { inet, netdev };

struct Table {
    Family family{};
    std::string name;
    std::vector<std::string> counters{};
    std::vector<Set> sets{};
    std::vector<Chain> chains{};

    bool operator==(const Table&) const = default;
};

// "table inet portcullis", and "table netdev portcullis_l2" where something is stacked on an
// uplink.
struct Program {
    std::vector<Table> tables;

    bool operator==(const Program&) const = default;
};

constexpr std::string_view kTable = "portcullis";
constexpr std::string_view kLayer2Table = "portcullis_l2";

// Sets whose elements change without a new program. Addresses and prefixes are kept apart: the
// first are a hash, found and changed at once; the second must never overlap, and are replaced
// together.
constexpr std::string_view kBannedAddresses4 = "ban4", kBannedAddresses6 = "ban6";
constexpr std::string_view kBannedPrefixes4 = "bannet4", kBannedPrefixes6 = "bannet6";
constexpr std::string_view kFeed = "feed";  // feed4 and feed6: prefixes from lists of others

// One of these six: the sets that may be large.
bool is_ban_set(std::string_view name);

// Priorities of our base chains, and of what the kernel does between them.
constexpr int kPriorityLayer2 = -500;
constexpr int kPriorityEarly = -450;  // before reassembly at -400: fragments are still visible
constexpr int kPriorityRaw = -300;    // before connection tracking at -200
constexpr int kPriorityGate = -150;   // behind it, and before Docker's DNAT at -100
constexpr int kPrioritySynproxy = -5;
constexpr int kPriorityCanary = 300;  // behind everything else

// Null when there is none.
const Table* find_table(const Program& program, std::string_view name);
const Chain* find_chain(const Table& table, std::string_view name);
const Set* find_set(const Table& table, std::string_view name);

// Bytes of a key of this type.
std::size_t width_of(KeyType type);

// Four bytes of an IPv4 address, sixteen of an IPv6 one; and all addresses of a prefix.
Bytes address_bytes(const IpAddress& address);
Interval interval(const Cidr& prefix);

}  // namespace portcullis::firewall
