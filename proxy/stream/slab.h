// Spare blocks of memory of two sizes, kept by a thread so that a buffer costs no allocation and an
// idle connection holds none.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace portcullis::stream {

class Slab {
  public:
    // One TLS record's plaintext; and a block for a head of the largest configurable size or bulk
    // copying.
    static constexpr std::size_t kSmall = 16U << 10U;
    static constexpr std::size_t kLarge = 64U << 10U;  // kHeadBytesMax of config/model.h
    // Kept for reuse, of each size; more are given back to the allocator.
    static constexpr std::size_t kSpareBlocks = 64;

    using Block = std::unique_ptr<char[]>;

    // size: kSmall or kLarge. The content is whatever the last user left.
    Block take(std::size_t size);
    void give(Block block, std::size_t size) noexcept;

  private:
    std::vector<Block> small_;
    std::vector<Block> large_;
};

}  // namespace portcullis::stream
