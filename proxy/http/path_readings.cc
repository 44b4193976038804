#include "proxy/http/path_readings.h"

#include "proxy/http/characters.h"
#include "proxy/http/path.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace portcullis::http {
namespace {

// What a decoded path ends at, for origins that look for a query, a fragment or a C string's end
// only after they have decoded.
constexpr std::string_view kEnds{"?#\0", 3};

// By a proxy and by the framework behind it.
constexpr int kDecodings = 2;

bool is_dot_segment_at(std::string_view path, std::size_t begin) {
    const std::string_view segment =
        path.substr(begin, std::min(path.find('/', begin), path.size()) - begin);
    return segment == "." || segment == "..";
}

// Decodes every escape; what is no escape stays. keep_slashes: as a router does that splits first
// and decodes each segment by itself.
std::string decoded(std::string_view path, bool keep_slashes) {
    std::string out;
    out.reserve(path.size());
    for (std::size_t i = 0; i < path.size(); ++i) {
        const int high = path.size() - i > 2 && path[i] == '%' ? hex_value(path[i + 1]) : -1;
        const int low = high >= 0 ? hex_value(path[i + 2]) : -1;
        const char c = low >= 0 ? static_cast<char>(high * 16 + low) : path[i];
        if (low < 0 || (keep_slashes && c == '/')) {
            out.push_back(path[i]);
            continue;
        }
        out.push_back(c);
        i += 2;
    }
    return out;
}

std::string with_slashes(std::string path) {
    std::replace(path.begin(), path.end(), '\\', '/');
    return path;
}

// Without ";x=y" in each segment, and without what follows an end.
std::string without_parameters(std::string_view path) {
    std::string out;
    out.reserve(path.size());
    bool in_parameters = false;
    for (const char c : path.substr(0, path.find_first_of(kEnds))) {
        in_parameters = c != '/' && (in_parameters || c == ';');
        if (!in_parameters) {
            out.push_back(c);
        }
    }
    return out;
}

std::string joined(std::string path) {
    const auto end = std::unique(path.begin(), path.end(),
                                 [](char left, char right) { return left == '/' && right == '/'; });
    path.erase(end, path.end());
    return path;
}

std::string resolved(std::string path) {
    resolve_dot_segments(path);
    return path;
}

// "//host/x" is the path /x of another host to what parses the target as a URL reference; browsers'
// parsers skip further slashes in front of the host.
std::string without_authority(std::string_view path) {
    if (!path.starts_with("//")) {
        return std::string{path};
    }
    const std::size_t slash = path.find('/', std::min(path.find_first_not_of('/'), path.size()));
    return slash == std::string_view::npos ? "/" : std::string{path.substr(slash)};
}

// The readings so far, each once, in the order in which they were found.
class Closure {
  public:
    explicit Closure(std::string_view path)
        : bytes_left_{std::max(kReadingBytesMax, 16 * path.size())} {
        add(std::string{path});
    }

    // What every order of the steps makes of the readings from first on, short of decoding.
    void rearrange(std::size_t first) {
        for (std::size_t i = first; i < size() && readings_.complete; ++i) {
            add(with_slashes(readings_.paths[i]));
            add(without_parameters(readings_.paths[i]));
            add(joined(readings_.paths[i]));
            add(resolved(readings_.paths[i]));
            add(without_authority(readings_.paths[i]));
        }
    }

    // The readings from first on, decoded once.
    void decode(std::size_t first) {
        const std::size_t end = size();
        for (std::size_t i = first; i < end && readings_.complete; ++i) {
            add(decoded(readings_.paths[i], false));
            add(decoded(readings_.paths[i], true));
        }
    }

    [[nodiscard]] std::size_t size() const { return readings_.paths.size(); }

    PathReadings take() { return std::move(readings_); }

  private:
    void add(std::string reading) {
        if (known_.contains(reading)) {
            return;
        }
        if (bytes_left_ < reading.size() || size() == kReadingsMax) {
            readings_.complete = false;
            return;
        }
        bytes_left_ -= reading.size();
        known_.insert(reading);
        readings_.paths.push_back(std::move(reading));
    }

    PathReadings readings_;
    std::unordered_set<std::string> known_;
    std::size_t bytes_left_;
};

}  // namespace

PathMarks path_marks(std::string_view path) {
    PathMarks marks;
    char previous = 'x';
    for (std::size_t i = 0; i < path.size(); ++i) {
        const char c = path[i];
        marks.upper_case = marks.upper_case || (c >= 'A' && c <= 'Z');
        marks.structure =
            marks.structure || c == '%' || c == '\\' || c == ';' ||
            (previous == '/' && (c == '/' || (c == '.' && is_dot_segment_at(path, i))));
        previous = c;
    }
    return marks;
}

PathReadings path_readings(std::string_view path) {
    if (!path_marks(path).structure) {
        return {.paths = {std::string{path}}};
    }
    Closure closure{path};
    closure.rearrange(0);
    std::size_t first = 0;
    for (int times = 0; times < kDecodings; ++times) {
        const std::size_t next = closure.size();
        closure.decode(first);
        closure.rearrange(next);
        first = next;
    }
    return closure.take();
}

}  // namespace portcullis::http
