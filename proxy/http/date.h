// The time of a message, as Date has it (RFC 9110, 5.6.7 and 6.6.1).
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace portcullis::http {

// Renders each second once, for however many messages. One for each thread.
class DateText {
  public:
    // "Sun, 06 Nov 1994 08:49:37 GMT". Valid until the next call.
    std::string_view at(std::chrono::system_clock::time_point now);

  private:
    std::array<char, 32> text_{};
    std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();  // that text_ has
};

}  // namespace portcullis::http
