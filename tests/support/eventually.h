// Waiting for what another process does: bounded, and said in one line.
#pragma once

#include <chrono>
#include <functional>

namespace portcullis::test {

using namespace std::chrono_literals;

using Timeout = std::chrono::milliseconds;

// Long enough for a sanitized build on a busy machine; a passing test never waits for it.
constexpr Timeout kPatience = 20s;

// Asks every few milliseconds until the answer is yes (true) or the time is up (false).
bool eventually(const std::function<bool()>& question, Timeout timeout = kPatience);

}  // namespace portcullis::test
