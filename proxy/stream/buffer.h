// Bytes between a socket and whoever consumes them, contiguous, in a block borrowed from the slab.
// Holds no block while it is empty and released.
#pragma once

#include "proxy/stream/slab.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace portcullis::stream {

class Buffer {
  public:
    // first_block: Slab::kSmall or kLarge, what is borrowed when bytes are to come.
    explicit Buffer(Slab& slab, std::size_t first_block = Slab::kSmall)
        : slab_{slab}, first_block_{first_block} {}

    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;

    ~Buffer() { release(); }

    [[nodiscard]] std::string_view bytes() const { return {block_.get() + begin_, end_ - begin_}; }

    [[nodiscard]] bool empty() const { return begin_ == end_; }

    // Drops the first count bytes. Views of the rest stay valid.
    void consume(std::size_t count);

    // Room for more bytes: borrows a block if there is none, moves the content to the front when
    // the end is reached, and is empty only when the block is full. Ends views.
    std::span<char> space();
    // The first count bytes of space() are content now.
    void commit(std::size_t count);
    // From a small block to a large one. False when it is large already. Ends views.
    bool grow();
    // Gives the block back, with whatever was in it.
    void release() noexcept;

  private:
    Slab& slab_;
    std::size_t first_block_;
    Slab::Block block_;  // null exactly while size_ is 0
    std::size_t size_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace portcullis::stream
