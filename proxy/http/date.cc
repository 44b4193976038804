#include "proxy/http/date.h"

#include <cstdio>

namespace portcullis::http {
namespace {

constexpr std::size_t kBytes = 29;
constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string_view DateText::at(std::chrono::system_clock::time_point now) {
    const auto second = std::chrono::floor<std::chrono::seconds>(now);
    if (second != second_) {
        second_ = second;
        const auto days = std::chrono::floor<std::chrono::days>(second);
        const std::chrono::year_month_day date{days};
        const std::chrono::hh_mm_ss time{second - days};
        std::snprintf(
            text_.data(), text_.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
            kDays[std::chrono::weekday{days}.c_encoding()], static_cast<unsigned>(date.day()),
            kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
            static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
            static_cast<int>(time.seconds().count()));
    }
    return {text_.data(), kBytes};
}

}  // namespace portcullis::http
