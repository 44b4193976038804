#include "base/frame_memory.h"

#include <array>
#include <new>

namespace portcullis {
namespace {

constexpr std::size_t kStep = 64;     // frames whose sizes lie within one step share a list
constexpr std::size_t kLists = 32;    // frames larger than 2 KiB are left to the allocator
constexpr std::size_t kSpares = 256;  // kept of each size; more are given back to the allocator

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kKeep = false;  // AddressSanitizer is to see the end of each frame
#else
constexpr bool kKeep = true;
#endif

// Freed frames of one size, each holding the address of the next.
struct List {
    void* first = nullptr;
    std::size_t count = 0;

    void* take() {
        void* const frame = first;
        first = *static_cast<void**>(frame);
        --count;
        return frame;
    }

    void give(void* frame) {
        *static_cast<void**>(frame) = first;
        first = frame;
        ++count;
    }
};

struct Spares {
    std::array<List, kLists> lists;

    ~Spares() {
        for (List& list : lists) {
            while (list.count > 0) {
                ::operator delete(list.take());
            }
        }
    }
};

constinit thread_local Spares spares;

std::size_t list_of(std::size_t size) {
    return (size - 1) / kStep;
}

}  // namespace

void* take_frame(std::size_t size) {
    const std::size_t index = list_of(size);
    if (!kKeep || index >= kLists) {
        return ::operator new(size);
    }
    List& list = spares.lists[index];
    return list.count > 0 ? list.take() : ::operator new((index + 1) * kStep);
}

void give_frame(void* frame, std::size_t size) noexcept {
    const std::size_t index = list_of(size);
    if (!kKeep || index >= kLists || spares.lists[index].count == kSpares) {
        ::operator delete(frame);
    } else {
        spares.lists[index].give(frame);
    }
}

}  // namespace portcullis
