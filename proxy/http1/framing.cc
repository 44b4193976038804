#include "proxy/http1/framing.h"

#include "proxy/http/content_length.h"
#include "proxy/http/list.h"

#include <algorithm>
#include <optional>

namespace portcullis::http1 {
namespace {

using http::Field;
using http::Refusal;

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
        const auto length = http::content_length(said.length->value);
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

bool announces_more(const http::ResponseHead& head) {
    const bool bodiless = head.status < 200 || head.status == 204;
    return std::any_of(head.fields.begin(), head.fields.end(), [&](const Field& field) {
        if (http::same_name(field.name, "Transfer-Encoding")) {
            return bodiless || head.status == 304;
        }
        return bodiless && http::same_name(field.name, "Content-Length") &&
               http::content_length(field.value) != std::uint64_t{0};
    });
}

bool keeps_alive(const http::RequestHead& head) {
    return persists(head);
}

bool keeps_alive(const http::ResponseHead& head) {
    return persists(head);
}

}  // namespace portcullis::http1
