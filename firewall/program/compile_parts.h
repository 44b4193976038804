// What the files of compile share; nobody else includes it.
#pragma once

#include "config/model.h"
#include "firewall/program/build.h"
#include "firewall/program/compile.h"

#include <string_view>

namespace portcullis::firewall {

// What becomes of 443.
enum class Serving : std::uint8_t {
    nobody,     // closed like any other port
    untracked,  // by our own process: no state, the kernel's SYN cookies do the rest
    tracked,    // by a container: Docker's DNAT needs the state
};

struct Parts {
    const FirewallConfig& policy;
    const Facts& facts;
    Serving serving;
    Table& table;

    [[nodiscard]] bool http3() const {
        return policy.http3 == Switch::on && serving != Serving::nobody;
    }

    [[nodiscard]] bool synproxy() const {
        return serving == Serving::tracked && facts.synproxy.available;
    }

    [[nodiscard]] bool has_set(std::string_view name) const {
        return find_set(table, name) != nullptr;
    }
};

constexpr std::uint64_t kSwarmPort = 2377;   // tcp: managers
constexpr std::uint64_t kGossipPort = 7946;  // tcp and udp
constexpr std::uint16_t kLogGroup = 5;
constexpr std::uint32_t kLogBytes = 96;  // of a packet: all headers, hardly any payload

void add_sets(const Parts& parts);
// The flood limiter's rows and the tables of connections.
void add_limiter_sets(const Parts& parts);

// A base chain that asks for the side a packet came from: outside goes to that chain, inside is
// accepted. The same by the side it leaves to.
Chain by_side(const Parts& parts, std::string_view name, Base base, std::string_view outside);
Chain by_side_out(const Parts& parts, std::string_view name, Base base, std::string_view outside);

void add_early(const Parts& parts);
void add_raw(const Parts& parts);
void add_gate(const Parts& parts);
void add_icmp(const Parts& parts);
void add_synproxy(const Parts& parts);
void add_canary(const Parts& parts);
// A table of its own; none where there is no device to watch.
void add_layer2(const FirewallConfig& policy, const Facts& facts, Program& program);

// Two rows of the flood limiter, of one family, and what to do beyond them. Together they let
// per_second through.
Rule over_sketch(const Parts& parts, std::string_view set, Field source, std::size_t per_second,
                 std::size_t burst, std::string_view counter);

}  // namespace portcullis::firewall
