// Asking a process of this machine over its unix socket by HTTP: our own (base/http_socket.h), or
// Docker's.
#pragma once

#include "base/result.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis {

struct Answer {
    unsigned status = 0;
    std::string body;
};

constexpr std::chrono::seconds kAskedForEver = std::chrono::hours{24};

// One request; waits for the answer, so long in all. Fails when nobody answers there.
Result<Answer> ask(const std::filesystem::path& socket, std::string_view method,
                   std::string_view target, std::string body = {},
                   std::chrono::seconds timeout = kAskedForEver);

}  // namespace portcullis
