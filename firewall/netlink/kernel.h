// The verbs of the wall: everything the agent asks of nf_tables. All block, for as long as the
// kernel takes; all leave the kernel as it was when they fail, except with
// KernelFault::unreachable, after which only read() tells. None touches a table other than kTable
// (inet) and kLayer2Table (netdev). A name, comment or prefix that is too long is refused here,
// before the kernel is asked.
//
// Threads: none is kept. Two threads may call at the same time with sockets of their own.
#pragma once

#include "firewall/netlink/answer.h"
#include "firewall/netlink/socket.h"
#include "firewall/program/program.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

// Of the whole ruleset of a network namespace: every commit by anybody makes a new one.
using Generation = std::uint32_t;

// What becomes of the tables when nobody holds the socket any more.
enum class Ownership : std::uint8_t {
    none,        // anybody with the privilege may change them; they stay
    owner,       // only the socket may; they vanish with it, so park a copy (Linux 5.12)
    persistent,  // only the socket may; they stay, for anybody to claim (Linux 6.9)
};

// Puts this program in the place of whatever the two tables hold, in one transaction: a packet
// meets the old one or the new one, never none. Tables that the program lacks are removed. Succeeds
// only when the kernel acknowledged the whole; otherwise the first rule, set or element that it
// refused is named. With expected it fails as stale when anybody changed any ruleset since.
// Expiries become what remains of them now; elements that have expired, and what a dynamic set
// holds, are left out. Returns the generation that it made.
Answer<Generation> replace(Socket& owner, const Program& program, Ownership ownership,
                           std::optional<Generation> expected = std::nullopt);

// The same, judged by the kernel message by message and then given up: nothing changes. What it
// only checks when it commits is not seen: loops of jumps, and statements that a hook does not
// allow.
Answer<void> rehearse(Socket& socket, const Program& program, Ownership ownership);

// Removes both tables where they are.
Answer<void> remove(Socket& owner);

struct InstalledTable {
    Family family{};
    std::string name;
    std::uint32_t owner = 0;  // port of the socket that owns it; 0: nobody, or an orphan
    bool owned = false;       // NFT_TABLE_F_OWNER: with owner 0 an orphan
    bool persistent = false;  // NFT_TABLE_F_PERSIST
    bool dormant = false;     // NFT_TABLE_F_DORMANT: its chains see no packets

    bool operator==(const InstalledTable&) const = default;
};

struct Installed {
    Generation generation = 0;
    std::vector<InstalledTable> tables;  // of ours, those that are there; in the program's order
    Program program;                     // in terms of as_installed()
    std::vector<std::string> foreign;    // lines: what is there and no program can say

    bool operator==(const Installed&) const = default;
};

// What the kernel holds in our two tables, at one generation: a dump that was overtaken by a change
// is done again, thrice at most. Elements of dynamic sets are left out. Expiries are rounded to the
// nearest second.
Answer<Installed> read(Socket& socket);

// The same, without the elements of ban sets, of which a full table takes a second.
Answer<Installed> read_rules(Socket& socket);

struct InstalledElements {
    std::vector<Element> elements;  // as as_installed() has them
    bool foreign = false;           // there is something that no Element can say, as a catch-all
};

// Of one set of kTable. A dump that meets a large set while the kernel resizes its hash (Linux:
// rhashtable) repeats elements or passes over some, and is not told apart from a good one; one that
// any commit overtook is an error: restless.
Answer<InstalledElements> read_elements(Socket& socket, const Set& set);

// The same as replace() for a program that installed differs from in rules, chains, counters or
// small sets: the ban sets stay as they are, so it takes the same few milliseconds beside any
// number of bans. What the program says is in them is not looked at. Fails as refused when tables
// or ban sets are missing or declared otherwise, as stale when the ruleset has moved on since
// installed was read.
Answer<Generation> replace_rules(Socket& owner, const Program& program, const Installed& installed);

// What read() gives after replace(program): the same, with devices in order, elements merged, and
// without the tests of protocol that later matches of the same rule imply. Compare this, not the
// program, with Installed::program. A rule that cannot be installed stays as it is.
Program as_installed(const Program& program);

// All of it, of whoever's tables: cheap, for polling.
Answer<Generation> generation(Socket& socket);

// Elements of a set of kTable: bans. One transaction each; elements may be in any order, overlaps
// are merged (the later expiry stays) and expired ones left out. To an interval set that already
// holds something that overlaps the kernel refuses to add: use replace_elements for those.
Answer<void> add_elements(Socket& owner, const Set& set, std::span<const Element> elements);

// Fails as refused when one of them is not there; then none was removed.
Answer<void> remove_elements(Socket& owner, const Set& set, std::span<const Element> elements);

// Of a set of addresses: each of these keys is put there as set.elements has it, or taken out when
// they do not, whatever the kernel holds of it now. Unsupported before Linux 6.3.
Answer<void> settle_elements(Socket& owner, const Set& set, std::span<const Bytes> keys);

// All that it held goes, these come, in one transaction.
Answer<void> replace_elements(Socket& owner, const Set& set, std::span<const Element> elements);

struct Counted {
    std::uint64_t packets = 0;
    std::uint64_t bytes = 0;

    bool operator==(const Counted&) const = default;
};

using Counters = std::map<std::string, Counted, std::less<>>;

// The named counters of both tables; where both have one of a name, they are added. They begin at 0
// with each replace().
Answer<Counters> counters(Socket& socket);

}  // namespace portcullis::firewall
