// Ownership of what a C library allocates: using Ssl = Handle<SSL, SSL_free>;
#pragma once

#include <memory>

namespace portcullis {

template <class T, auto Free>
struct FreeWith {
    void operator()(T* pointer) const noexcept { Free(pointer); }
};

template <class T, auto Free>
using Handle = std::unique_ptr<T, FreeWith<T, Free>>;

}  // namespace portcullis
