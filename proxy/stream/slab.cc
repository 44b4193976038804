#include "proxy/stream/slab.h"

#include "base/check.h"

namespace portcullis::stream {

Slab::Block Slab::take(std::size_t size) {
    CHECK((size == kSmall || size == kLarge) && "a slab has two sizes");
    auto& spare = size == kSmall ? small_ : large_;
    if (spare.empty()) {
        spare.reserve(kSpareBlocks);
        return Block{new char[size]};  // not make_unique: no zeroing
    }
    Block block = std::move(spare.back());
    spare.pop_back();
    return block;
}

void Slab::give(Block block, std::size_t size) noexcept {
    auto& spare = size == kSmall ? small_ : large_;
    if (spare.size() < kSpareBlocks) {
        spare.push_back(std::move(block));
    }
}

}  // namespace portcullis::stream
