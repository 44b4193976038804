#include "proxy/http/content_length.h"

#include "proxy/http/characters.h"

#include <algorithm>
#include <limits>

namespace portcullis::http {
namespace {

constexpr std::uint64_t kLengthMax = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kDigitsMax = 19;  // of 2^63-1

}  // namespace

std::optional<std::uint64_t> content_length(std::string_view text) {
    if (text.empty() || text.size() > kDigitsMax ||
        !std::all_of(text.begin(), text.end(), is_digit)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 10^19-1 fits
    }
    return value <= kLengthMax ? std::optional{value} : std::nullopt;
}

bool carries_body(int status, bool to_head) {
    return !to_head && status >= 200 && status != 204 && status != 304;
}

// RFC 9110, 8.6: methods that mean something by a body are sent with a length of 0 where they have
// none, for some origins refuse them without.
std::optional<std::uint64_t> sent_length(const OutgoingRequest& request) {
    switch (request.body.kind) {
        case Body::Kind::length:
            return request.body.length;
        case Body::Kind::open:
            return std::nullopt;
        case Body::Kind::none:
            break;
    }
    const std::string_view method = request.method;
    const bool means_body = method == "POST" || method == "PUT" || method == "PATCH";
    return means_body ? std::optional<std::uint64_t>{0} : std::nullopt;
}

// RFC 9112, 6.3: a response without a length lasts until its connection ends, so that one without a
// body must say 0.
std::optional<std::uint64_t> sent_length(const OutgoingAnswer& answer, bool to_head) {
    if (answer.status < 200 || answer.status == 204) {
        return std::nullopt;  // RFC 9110, 8.6
    }
    if (answer.body.kind == Body::Kind::length) {
        return answer.body.length;
    }
    if (!carries_body(answer.status, to_head)) {
        return answer.left_out;
    }
    return answer.body.kind == Body::Kind::none ? std::optional<std::uint64_t>{0} : std::nullopt;
}

}  // namespace portcullis::http
