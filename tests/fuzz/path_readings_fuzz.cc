// However a path is written, its readings are bounded, each is there once, the path itself first,
// and what a framework makes of it that decodes once, joins slashes or resolves dots is among them.
#include "base/check.h"
#include "proxy/http/path.h"
#include "proxy/http/path_readings.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>

namespace portcullis::http {
namespace {

bool has(const PathReadings& readings, const std::string& path) {
    return std::find(readings.paths.begin(), readings.paths.end(), path) != readings.paths.end();
}

int digit(char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

std::string decoded_once(std::string_view path) {
    std::string out;
    for (std::size_t i = 0; i < path.size(); ++i) {
        if (path[i] == '%' && i + 2 < path.size() && digit(path[i + 1]) >= 0 &&
            digit(path[i + 2]) >= 0) {
            out += static_cast<char>(digit(path[i + 1]) * 16 + digit(path[i + 2]));
            i += 2;
        } else {
            out += path[i];
        }
    }
    return out;
}

std::string with_joined_slashes(const std::string& path) {
    std::string out;
    for (const char c : path) {
        if (c != '/' || !out.ends_with('/')) {
            out += c;
        }
    }
    return out;
}

void check(std::string_view given) {
    std::string path;
    if (!normalise(given, path)) {
        return;
    }
    const PathReadings readings = path_readings(path);
    const std::set<std::string> distinct{readings.paths.begin(), readings.paths.end()};
    CHECK(distinct.size() == readings.paths.size() && "each once");
    CHECK(readings.paths.front() == path && "the path itself first");
    std::size_t bytes = 0;
    for (const std::string& reading : readings.paths) {
        CHECK(reading.starts_with('/') && "a path");
        bytes += reading.size();
    }
    CHECK(readings.paths.size() <= kReadingsMax + 1 && "so many at most");
    CHECK(bytes <= std::max(kReadingBytesMax, 16 * path.size()) + 2 * path.size() &&
          "so many bytes at most");
    if (!path_marks(path).structure) {
        CHECK(readings.paths.size() == 1 && "nothing to read in another way");
        return;
    }
    if (readings.complete) {
        CHECK(has(readings, decoded_once(path)) && "decoded");
        CHECK(has(readings, with_joined_slashes(path)) && "with joined slashes");
    }
}

}  // namespace
}  // namespace portcullis::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::http::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
