#include "tests/swarm/backend/request.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace backend {

namespace {

std::string lower(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    return result;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(' ');
    const std::size_t end = text.find_last_not_of(' ');
    return begin == std::string_view::npos ? std::string_view{}
                                           : text.substr(begin, end - begin + 1);
}

template <class Number>
Number number(std::string_view text) {
    Number result = 0;
    std::from_chars(text.data(), text.data() + text.size(), result);
    return result;
}

void note_field(Request& request, const std::string& name, std::string_view value) {
    const std::string word = lower(value);
    if (name == "content-length") {
        request.body_bytes = number<std::size_t>(value);
    } else if (name == "transfer-encoding") {
        request.chunked = word.find("chunked") != std::string::npos;
    } else if (name == "connection") {
        request.keep_alive = word.find("close") == std::string::npos;
    } else if (name == "upgrade") {
        request.upgrade = word == "websocket";
    } else if (name == "expect") {
        request.expects_continue = word == "100-continue";
    } else if (name == "x-forwarded-for") {
        request.forwarded_for = value;
    }
}

}  // namespace

std::optional<Request> parse(std::string_view head) {
    const std::size_t line_end = head.find("\r\n");
    const std::string_view line = head.substr(0, line_end);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (line_end == std::string_view::npos || first == last) {
        return {};
    }
    Request request;
    request.method = line.substr(0, first);
    request.target = line.substr(first + 1, last - first - 1);
    for (head.remove_prefix(line_end + 2); !head.starts_with("\r\n");) {
        const std::size_t end = head.find("\r\n");
        const std::size_t colon = head.find(':');
        if (end == std::string_view::npos || colon > end) {
            return {};
        }
        note_field(request, lower(head.substr(0, colon)),
                   trimmed(head.substr(colon + 1, end - colon - 1)));
        head.remove_prefix(end + 2);
    }
    return request;
}

unsigned milliseconds_of(std::string_view target) {
    constexpr std::string_view slow = "/slow?ms=";
    return target.starts_with(slow) ? number<unsigned>(target.substr(slow.size())) : 0;
}

}  // namespace backend
