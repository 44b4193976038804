// CHECK(condition && "what is broken"): our own bugs stop the process, in every build, with file
// and line.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace portcullis {

[[noreturn]] inline void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
    std::abort();
}

}  // namespace portcullis

#define CHECK(condition)                \
    ((condition) ? static_cast<void>(0) \
                 : ::portcullis::check_failed(#condition, __FILE__, __LINE__))
