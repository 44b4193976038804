// What must change for one program to become another, as lines that people read.
#pragma once

#include "firewall/program/program.h"

#include <string>
#include <vector>

namespace portcullis::firewall {

struct Change {
    bool added = false;  // else removed
    std::string where;   // "table inet portcullis, chain gate"
    std::string line;    // a rule, element, counter or head of a chain or set, as nft writes it

    bool operator==(const Change&) const = default;
};

// Empty exactly when the two mean the same. In the order of the program that is wanted, what only
// the other has behind it; rules in their order, removed ones before those that take their place.
// Elements of dynamic sets, and expiries within kExpirySlack of each other, are no difference.
std::vector<Change> diff(const Program& have, const Program& want);

// The kernel counts down in its own ticks.
constexpr std::chrono::seconds kExpirySlack{2};

// Each place once, its lines below it with "+ " and "- "; at most lines_max of those, then how many
// more there are.
std::string text(const std::vector<Change>& changes, std::size_t lines_max);

}  // namespace portcullis::firewall
