// Does the kernel hold the program that we want? Compared by meaning: what packets and time do to a
// program is no difference.
#pragma once

#include "firewall/program/program.h"

#include <string>

namespace portcullis::firewall {

// The kernel counts in milliseconds from now and tells what is left, so an expiry comes back a
// little off; and an element about to expire may be there or not.
constexpr std::chrono::seconds kExpirySlack{2};

// The first difference, in a sentence: "chain gate: rule 3 is another". Empty when there is none.
std::string difference(const Program& want, const Program& have, Expiry now);

// The sets of one table in which the two differ, when there is no other difference between them;
// empty when there is one, or none at all.
std::vector<std::string> only_bans_differ(const Program& a, const Program& b);

}  // namespace portcullis::firewall
