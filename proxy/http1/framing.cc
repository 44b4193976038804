#include "proxy/http1/framing.h"

#include "proxy/http/characters.h"
#include "proxy/http/list.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace portcullis::http1 {
namespace {

using http::Field;
using http::Refusal;

constexpr std::uint64_t kLengthMax = std::numeric_limits<std::int64_t>::max();
constexpr std::size_t kLengthDigitsMax = 19;  // of 2^63-1

// RFC 9110, 8.6: 1*DIGIT, here at most 19 of them; no sign, no list.
std::optional<std::uint64_t> length_of(std::string_view text) {
    if (text.empty() || text.size() > kLengthDigitsMax ||
        !std::all_of(text.begin(), text.end(), http::is_digit)) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        value = value * 10 + static_cast<std::uint64_t>(c - '0');  // 10^19-1 fits
    }
    return value <= kLengthMax ? std::optional{value} : std::nullopt;
}

// What the two framing fields say, before the kind of message is looked at (RFC 9112, 6.1 to 6.3).
struct Said {
    const Field* length = nullptr;
    const Field* encoding = nullptr;
    std::uint64_t bytes = 0;  // of the length
    Refusal refusal = Refusal::none;
};

Said refused(Refusal refusal) {
    return {.refusal = refusal};
}

Said read_framing_fields(const std::vector<Field>& fields, int minor_version) {
    Said said;
    for (const Field& field : fields) {
        if (http::same_name(field.name, "Content-Length")) {
            if (said.length != nullptr) {
                // Equal copies may be tolerated (RFC 9110, 8.6); whoever sends two is not.
                return refused(said.length->value == field.value ? Refusal::bad_length
                                                                 : Refusal::differing_lengths);
            }
            said.length = &field;
        } else if (http::same_name(field.name, "Transfer-Encoding")) {
            if (said.encoding != nullptr) {
                return refused(Refusal::bad_transfer_encoding);
            }
            said.encoding = &field;
        }
    }
    if (said.encoding != nullptr) {
        if (said.length != nullptr) {
            return refused(Refusal::length_and_encoding);  // RFC 9112, 6.1: an attempt at smuggling
        }
        if (minor_version == 0 || !http::same_name(said.encoding->value, "chunked")) {
            return refused(Refusal::bad_transfer_encoding);
        }
    }
    if (said.length != nullptr) {
        const auto length = length_of(said.length->value);
        if (!length) {
            return refused(Refusal::bad_length);
        }
        said.bytes = *length;
    }
    return said;
}

Framing framing_of(const Said& said, BodyKind otherwise) {
    if (said.encoding != nullptr) {
        return {.kind = BodyKind::chunked};
    }
    if (said.length == nullptr) {
        return {.kind = otherwise};
    }
    return {.kind = said.bytes == 0 ? BodyKind::none : BodyKind::length, .length = said.bytes};
}

template <class Head>
bool persists(const Head& head) {
    if (http::has_token(head.fields, "Connection", "close")) {
        return false;
    }
    return head.minor_version == 1 || http::has_token(head.fields, "Connection", "keep-alive");
}

}  // namespace

Framing request_framing(const http::RequestHead& head) {
    const Said said = read_framing_fields(head.fields, head.minor_version);
    if (said.refusal != Refusal::none) {
        return {.refusal = said.refusal};
    }
    return framing_of(said, BodyKind::none);
}

Framing response_framing(const http::ResponseHead& head, bool to_head) {
    // The fields of these are not forwarded, so nothing they say can mislead anyone.
    if (head.status < 200 || head.status == 204) {
        return {};
    }
    const Said said = read_framing_fields(head.fields, head.minor_version);
    if (said.refusal != Refusal::none) {
        return {.refusal = said.refusal};
    }
    if (to_head || head.status == 304) {
        return {};
    }
    return framing_of(said, BodyKind::until_close);
}

bool keeps_alive(const http::RequestHead& head) {
    return persists(head);
}

bool keeps_alive(const http::ResponseHead& head) {
    return persists(head);
}

}  // namespace portcullis::http1
