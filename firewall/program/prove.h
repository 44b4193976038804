// Whether a program may be loaded: no packet from outside passes that the policy does not name, and
// none that must pass is cut. Every program is proven before the kernel sees it, whoever made it.
//
// Packet classes are made of what the program itself compares with (both sides of every boundary of
// a port, prefix, type or name) and of what the policy names, so that a rule which was added,
// removed or altered shows in one of them. For each the policy is asked directly what must become
// of it (expect.h), and the evaluator what does (evaluate.h).
#pragma once

#include "config/firewall_model.h"
#include "firewall/program/facts.h"
#include "firewall/program/program.h"

#include <cstdint>
#include <string>
#include <vector>

namespace portcullis::firewall {

struct Objection {
    enum class Kind : std::uint8_t {
        hole,  // the packet passes, and must not
        cut,   // it does not, and must
        cost,  // it ends as it should, but a flood of it costs what it need not: state, or no limit
    };
    Kind kind{};
    std::string packet;  // "IPv4 TCP syn from 8.8.8.8:40000 to local :8080 on eth0 (2), new"
    std::string way;     // "accepted by chain outside: tcp dport 8080 accept"

    bool operator==(const Objection&) const = default;
};

// Empty: proven. At most objections_max, each for another rule or kind.
constexpr std::size_t kObjectionsMax = 20;

std::vector<Objection> prove(const Program& program, const FirewallConfig& policy,
                             const Facts& facts, std::size_t objections_max = kObjectionsMax);

// "hole: PACKET: WAY"
std::string text(const Objection& objection);

}  // namespace portcullis::firewall
