// Memory for coroutine frames: small, of few sizes, and made and freed many times for each request.
// Freed frames are kept by their thread and used again, which costs a few instructions instead of
// an allocation.
#pragma once

#include <cstddef>

namespace portcullis {

// As operator new and operator delete do; size is the one that was asked for. A frame may be freed
// on any thread.
void* take_frame(std::size_t size);
void give_frame(void* frame, std::size_t size) noexcept;

}  // namespace portcullis
