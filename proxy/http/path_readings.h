// What origins make of a path, beyond what is written. Frameworks decode once or twice, take an
// escaped or reversed slash for a slash, cut parameters off, join repeated slashes, or do not tell
// upper from lower case, each in an order of its own: nginx, Tomcat, Express, WSGI, ASGI, PHP, IIS
// and what stands in front of them differ in all of these.
//
// A path whose readings lead to places with other access rules is refused (route/access_map.h).
// Steps are applied in every order, so that a new framework is covered as well, and a proxy in
// front of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::http {

// Which steps could change a path.
struct PathMarks {
    // "%", "\", ";", "//" or a dot segment
    bool structure = false;
    bool upper_case = false;

    friend PathMarks operator|(PathMarks left, PathMarks right) {
        return {left.structure || right.structure, left.upper_case || right.upper_case};
    }
};

// One scan, for every request.
PathMarks path_marks(std::string_view path);

struct PathReadings {
    // Each once, the path itself first. All begin with "/".
    std::vector<std::string> paths;
    // False when there are more than kReadingsMax or kReadingBytesMax: an honest path has a dozen,
    // and one that is made of nothing but escapes and semicolons could keep us busy.
    bool complete = true;
};

constexpr std::size_t kReadingsMax = 256;
// In all; or 16 times the path's own, for long honest ones.
constexpr std::size_t kReadingBytesMax = 16U << 10U;

// The readings of a path that begins with "/"; of one without structure only itself. Letter case is
// for the comparison to ignore.
PathReadings path_readings(std::string_view path);

}  // namespace portcullis::http
