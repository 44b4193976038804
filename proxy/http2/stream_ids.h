// A set of a client's stream ids (odd numbers) as ranges: ids are used and ended in about their
// order, so that a few ranges hold thousands of them. Beyond a limit the lowest range is forgotten.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace portcullis::http2 {

class StreamIds {
  public:
    // So many ranges are held. A client with fewer streams open at once than that makes no more.
    static constexpr std::size_t kRangesMax = 128;

    // No even id ever is.
    [[nodiscard]] bool contains(std::uint32_t id) const;

    // All odd ids from first to last, both odd.
    void add(std::uint32_t first, std::uint32_t last);

    void add(std::uint32_t id) { add(id, id); }

  private:
    struct Range {
        std::uint32_t first;
        std::uint32_t last;
    };

    std::vector<Range> ranges_;  // ascending, with at least one id between each two
};

}  // namespace portcullis::http2
