// How long the kernel's names may be. Whatever is longer is refused before libnftnl sees it.
#pragma once

#include "base/result.h"
#include "firewall/program/program.h"

#include <cstddef>
#include <string_view>

namespace portcullis::firewall {

constexpr std::size_t kNameMax = 255;       // NFT_NAME_MAXLEN: tables, chains, sets, counters
constexpr std::size_t kDeviceMax = 15;      // IFNAMSIZ
constexpr std::size_t kLogPrefixMax = 127;  // NF_LOG_PREFIXLEN
constexpr std::size_t kCommentMax = 127;    // nft shows no more
constexpr std::size_t kStatementsMax = 64;  // of a rule; the kernel takes 128 expressions

// kind: "set", "chain": begins the sentence. Not empty, not longer, no zero byte in it.
Result<void> check_name(std::string_view kind, std::string_view name,
                        std::size_t bytes_max = kNameMax);

// The name, and every element: of the key's width, not ending before it begins, and without
// intervals or expiries where the set has none.
Result<void> check_set(const Set& set);

}  // namespace portcullis::firewall
