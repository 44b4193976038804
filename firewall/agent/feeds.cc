#include "firewall/agent/feeds.h"

#include "base/file.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kFeedBytesMax = 64U << 20U;
constexpr std::string_view kSpace = " \t\r";

}  // namespace

Feed read_feed(std::string_view text) {
    Feed feed;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        line = line.substr(0, line.find_first_of("#;"));
        text.remove_prefix(std::min(end + 1, text.size()));
        line.remove_prefix(std::min(line.find_first_not_of(kSpace), line.size()));
        line = line.substr(0, line.find_last_not_of(kSpace) + 1);
        if (line.empty()) {
            continue;
        }
        if (const auto prefix = Cidr::parse(line)) {
            feed.prefixes.push_back(*prefix);
        } else {
            ++feed.unread;
        }
    }
    return feed;
}

Result<Feed> read_feeds(const std::vector<std::filesystem::path>& files) {
    Feed all;
    for (const auto& file : files) {
        const auto text = read_file(file, kFeedBytesMax);
        if (!text) {
            return text.error();
        }
        const Feed feed = read_feed(*text);
        all.prefixes.insert(all.prefixes.end(), feed.prefixes.begin(), feed.prefixes.end());
        all.unread += feed.unread;
        if (all.prefixes.size() > kFeedPrefixesMax) {
            return failure(fmt::format("{}: the feeds hold more than {} prefixes", file.string(),
                                       kFeedPrefixesMax));
        }
    }
    return all;
}

}  // namespace portcullis::firewall
