// Does the kernel hold the program that we want? What time does to a program is no difference.
#pragma once

#include "firewall/program/program.h"

#include <string>
#include <vector>

namespace portcullis::firewall {

// In a sentence: the first change that would make one of the other, and how many more there are.
// Empty when both mean the same. An element about to expire may be there or not.
std::string difference(const Program& want, const Program& have, Expiry now);

// The same with empty ban sets.
Program without_bans(Program program);

// The sets of bans in which the two differ, when there is no other difference between them; empty
// when there is one, or none at all.
std::vector<std::string> only_bans_differ(const Program& a, const Program& b);

}  // namespace portcullis::firewall
