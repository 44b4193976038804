// Address prefixes as the kernel's sets want them: sorted intervals that never overlap or touch
// without need. nft merges by itself; the kernel does not, and refuses what overlaps.
#pragma once

#include "firewall/program/facts.h"

#include <vector>

namespace portcullis::firewall {

enum class IpFamily : std::uint8_t { v4, v6 };

// The prefixes of one family; what overlaps or touches becomes one.
std::vector<Interval> merged(const std::vector<Cidr>& prefixes, IpFamily family);

// What is in the first list and not in the second; both as merged() gives them.
std::vector<Interval> without(const std::vector<Interval>& from, const std::vector<Interval>& gone);

// The bans of one family as elements: single addresses (kBannedAddresses*), or prefixes
// (kBannedPrefixes*). Where bans overlap the longest counts, address by address; neighbours that
// end at different times stay apart.
std::vector<Element> banned_addresses(const std::vector<Ban>& bans, IpFamily family);
std::vector<Element> banned_prefixes(const std::vector<Ban>& bans, IpFamily family);

// Elements without expiry.
std::vector<Element> elements(const std::vector<Interval>& intervals);

}  // namespace portcullis::firewall
