// Files of prefixes to drop, as block lists come: one address or prefix a line, "#" or ";" begins a
// comment.
#pragma once

#include "base/result.h"
#include "config/types/cidr.h"

#include <cstddef>
#include <filesystem>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

struct Feed {
    std::vector<Cidr> prefixes;
    std::size_t unread = 0;  // lines that are none; they are left out
};

// More prefixes than this, in all files together, are an error: 100,000 take a quarter of a second
// to load.
constexpr std::size_t kFeedPrefixesMax = 500'000;

Feed read_feed(std::string_view text);

// All of them. Fails when one cannot be read.
Result<Feed> read_feeds(const std::vector<std::filesystem::path>& files);

}  // namespace portcullis::firewall
