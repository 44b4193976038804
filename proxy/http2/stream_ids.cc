#include "proxy/http2/stream_ids.h"

#include <algorithm>

namespace portcullis::http2 {
namespace {

constexpr std::uint32_t kStep = 2;  // from one id of a client to its next

}  // namespace

bool StreamIds::contains(std::uint32_t id) const {
    const auto after = std::upper_bound(
        ranges_.begin(), ranges_.end(), id,
        [](std::uint32_t wanted, const Range& range) { return wanted < range.first; });
    return id % kStep == 1 && after != ranges_.begin() && id <= std::prev(after)->last;
}

void StreamIds::add(std::uint32_t first, std::uint32_t last) {
    // The ranges that overlap the new one or are next to it become one with it.
    const auto begin = std::find_if(ranges_.begin(), ranges_.end(), [first](const Range& range) {
        return range.last + kStep >= first;
    });
    const auto end = std::find_if(
        begin, ranges_.end(), [last](const Range& range) { return range.first > last + kStep; });
    if (begin == end) {
        ranges_.insert(begin, {first, last});
    } else {
        *begin = {std::min(first, begin->first), std::max(last, std::prev(end)->last)};
        ranges_.erase(std::next(begin), end);
    }
    if (ranges_.size() > kRangesMax) {
        ranges_.erase(ranges_.begin());
    }
}

}  // namespace portcullis::http2
