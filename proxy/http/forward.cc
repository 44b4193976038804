#include "proxy/http/forward.h"

#include "config/model.h"
#include "proxy/http/characters.h"
#include "proxy/http/known.h"
#include "proxy/http/list.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace portcullis::http {
namespace {

constexpr std::size_t kRequestIdBytesMax = 128;

// Fields that Connection cannot take away, besides the known ones (RFC 9110, 7.6.1: a sender MUST
// NOT list them): without this a client could strip what a proxy before us, or the origin, relies
// on.
constexpr std::array<std::string_view, 8> kEndToEnd = {
    "Authorization",    "Cookie",        "Set-Cookie", "Content-Type",
    "Content-Encoding", "Cache-Control", "Expect",     "X-Real-IP",
};

// The fields that Connection names, beyond the ones that are never forwarded anyway.
class Nominated {
  public:
    explicit Nominated(const std::vector<Field>& fields) {
        for (const Field& field : fields) {
            if (same_name(field.name, "Connection")) {
                add(field.value);
            }
        }
    }

    [[nodiscard]] bool has(std::string_view name) const {
        return std::any_of(names_.begin(), names_.begin() + size_,
                           [&](std::string_view nominated) { return same_name(nominated, name); });
    }

  private:
    // Only so many, or a client could make us compare thousands of names with each of its fields.
    static constexpr std::size_t kNamesMax = 16;

    void add(std::string_view list) {
        for (auto name = take_token(list); !name.empty() && size_ < kNamesMax;
             name = take_token(list)) {
            const bool end_to_end =
                std::any_of(kEndToEnd.begin(), kEndToEnd.end(),
                            [&](std::string_view kept) { return same_name(kept, name); });
            if (!end_to_end && !same_name(name, "close") && known(name).field == Known::other) {
                names_[size_++] = name;
            }
        }
    }

    std::array<std::string_view, kNamesMax> names_;
    std::size_t size_ = 0;
};

// Whether a field that only we may write is nevertheless passed on as the client wrote it.
bool keeps_own(Known field) {
    return field == Known::x_forwarded_proto || field == Known::x_forwarded_host ||
           field == Known::x_forwarded_port || field == Known::x_forwarded_other;
}

// Appends what a trusted client has in its lists of that name, each followed by ", ".
void append_lists(std::string& out, const RequestHead& head, Known field) {
    for (const Field& own : head.fields) {
        const KnownName name = known(own.name);
        if (name.field == field && !name.disguised && !own.value.empty()) {
            out.append(own.value).append(", ");
        }
    }
}

bool has_field(const RequestHead& head, Known field) {
    return std::any_of(head.fields.begin(), head.fields.end(), [&](const Field& own) {
        const KnownName name = known(own.name);
        return name.field == field && !name.disguised;
    });
}

// RFC 7239, 4: a token or a quoted string; a port's colon or a bracket needs the quotes. Hosts hold
// neither quotes nor backslashes.
void append_forwarded(std::string& out, std::string_view address, std::string_view host) {
    const bool v6 = address.find(':') != std::string_view::npos;
    out.append(v6 ? "for=\"[" : "for=").append(address).append(v6 ? "]\"" : "");
    const std::string_view quote = is_token(host) ? "" : "\"";
    out.append(";host=").append(quote).append(host).append(quote).append(";proto=https");
}

void append_port(std::string& out) {
    std::array<char, 8> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), kIngressPort).ptr;
    append_field(out, "X-Forwarded-Port", {digits.data(), end});
}

// The protocol is the one the message was received with (RFC 9110, 7.6.3).
void append_via(std::string& out, int minor_version) {
    out.append(minor_version == 0 ? "1.0 portcullis\r\n" : "1.1 portcullis\r\n");
}

void append_own(std::string& out, const RequestHead& head, const ClientFacts& facts) {
    const std::string rendered = facts.address_text.empty() ? facts.address.text() : std::string{};
    const std::string_view address = rendered.empty() ? facts.address_text : rendered;
    const auto missing = [&](Known field) { return !facts.trusted || !has_field(head, field); };

    out.append("X-Forwarded-For: ");
    if (facts.trusted) {
        append_lists(out, head, Known::x_forwarded_for);
    }
    out.append(address).append("\r\n");
    if (missing(Known::x_forwarded_proto)) {
        append_field(out, "X-Forwarded-Proto", "https");
    }
    if (missing(Known::x_forwarded_host)) {
        append_field(out, "X-Forwarded-Host", head.authority);
    }
    if (missing(Known::x_forwarded_port)) {
        append_port(out);
    }
    out.append("Forwarded: ");
    if (facts.trusted) {
        append_lists(out, head, Known::forwarded);
    }
    append_forwarded(out, address, head.authority);
    out.append("\r\nVia: ");
    if (facts.trusted) {
        append_lists(out, head, Known::via);
    }
    append_via(out, head.minor_version);
    append_field(out, "X-Request-ID", request_id(head, facts));
}

}  // namespace

std::string_view request_id(const RequestHead& head, const ClientFacts& facts) {
    const Field* field = facts.trusted ? head.find("X-Request-ID") : nullptr;
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (field == nullptr || field->value.empty() || field->value.size() > kRequestIdBytesMax ||
        !std::all_of(field->value.begin(), field->value.end(), printable)) {
        return facts.request_id;
    }
    return field->value;
}

void append_request_fields(std::string& out, const RequestHead& head, const ClientFacts& facts,
                           bool upgrade) {
    const Nominated nominated{head.fields};
    for (const Field& field : head.fields) {
        const KnownName name = known(field.name);
        bool forwarded = false;
        if (name.field == Known::other) {
            forwarded = !nominated.has(field.name);
        } else if (!name.disguised) {
            forwarded = (name.field == Known::upgrade && upgrade) ||
                        (facts.trusted && keeps_own(name.field));
        }
        if (forwarded) {
            append_field(out, field.name, field.value);
        }
    }
    if (has_token(head.fields, "TE", "trailers")) {
        append_field(out, "TE", "trailers");
    }
    append_own(out, head, facts);
}

void append_response_fields(std::string& out, const ResponseHead& head, std::string_view request_id,
                            bool upgrade) {
    const Nominated nominated{head.fields};
    for (const Field& field : head.fields) {
        const KnownName name = known(field.name);
        bool forwarded = false;
        switch (name.disguised ? Known::other : name.field) {
            case Known::content_length:
            case Known::transfer_encoding:
            case Known::connection:
            case Known::keep_alive:
            case Known::te:
            case Known::proxy:
            case Known::x_request_id:
                break;
            case Known::upgrade:
                forwarded = upgrade;
                break;
            default:
                forwarded = !nominated.has(field.name);
        }
        if (forwarded) {
            append_field(out, field.name, field.value);
        }
    }
    out.append("Via: ");
    append_via(out, head.minor_version);
    append_field(out, "X-Request-ID", request_id);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace portcullis::http
