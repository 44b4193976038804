#include "proxy/stream/buffer.h"

#include "base/check.h"

#include <cstring>
#include <utility>

namespace portcullis::stream {

void Buffer::consume(std::size_t count) {
    CHECK(count <= end_ - begin_ && "consuming what is not there");
    begin_ += count;
    if (begin_ == end_) {
        begin_ = end_ = 0;
    }
}

std::span<char> Buffer::space() {
    if (!block_) {
        block_ = slab_.take(first_block_);
        size_ = first_block_;
    }
    if (end_ == size_ && begin_ > 0) {
        std::memmove(block_.get(), block_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    return {block_.get() + end_, size_ - end_};
}

void Buffer::commit(std::size_t count) {
    CHECK(count <= size_ - end_ && "committing more than there was room for");
    end_ += count;
}

bool Buffer::grow() {
    if (size_ == Slab::kLarge) {
        return false;
    }
    Slab::Block larger = slab_.take(Slab::kLarge);
    const std::size_t count = end_ - begin_;
    if (count > 0) {
        std::memcpy(larger.get(), block_.get() + begin_, count);
    }
    release();
    block_ = std::move(larger);
    size_ = Slab::kLarge;
    end_ = count;
    return true;
}

void Buffer::release() noexcept {
    if (block_) {
        slab_.give(std::move(block_), size_);
    }
    size_ = begin_ = end_ = 0;
}

}  // namespace portcullis::stream
