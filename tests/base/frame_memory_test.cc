#include "base/frame_memory.h"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

namespace portcullis {
namespace {

// Each is written to its last byte: AddressSanitizer tells if one is too small or shared.
TEST(FrameMemory, GivesEachFrameItsOwnBytesHoweverOftenTheyAreReused) {
    for (int round = 0; round < 3; ++round) {
        std::vector<std::pair<char*, std::size_t>> frames;
        for (std::size_t size = 1; size < 3'000; size += 7) {
            auto* const frame = static_cast<char*>(take_frame(size));
            std::memset(frame, static_cast<int>(size % 251), size);
            frames.emplace_back(frame, size);
        }
        for (const auto& [frame, size] : frames) {
            EXPECT_EQ(frame[0], static_cast<char>(size % 251));
            EXPECT_EQ(frame[size - 1], static_cast<char>(size % 251));
            give_frame(frame, size);
        }
    }
}

TEST(FrameMemory, KeepsNoMoreThanItsShareAndMayBeGivenBackElsewhere) {
    std::vector<void*> frames(5'000);
    for (void*& frame : frames) {
        frame = take_frame(100);
    }
    std::thread{[&] {
        for (void* const frame : frames) {
            give_frame(frame, 100);
        }
    }}.join();
}

#if !defined(__SANITIZE_ADDRESS__)
TEST(FrameMemory, UsesTheFrameFreedLastForTheNextOfItsSize) {
    void* const frame = take_frame(130);
    give_frame(frame, 130);
    EXPECT_EQ(take_frame(190), frame);
    give_frame(frame, 190);
}
#endif

}  // namespace
}  // namespace portcullis
