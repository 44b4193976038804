#include "proxy/http/forward.h"

#include "config/model.h"
#include "config/types/field.h"
#include "proxy/http/characters.h"
#include "proxy/http/content_length.h"
#include "proxy/http/known.h"
#include "proxy/http/list.h"
#include "proxy/http/via.h"

#include <algorithm>
#include <array>

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

constexpr std::string_view kPortText = "443";
static_assert(kIngressPort == 443);

// Of a response: the protocol is the one it was received with (RFC 9110, 7.6.3). Clients are not
// told which process it was.
std::string_view via(int major_version, int minor_version) {
    return major_version == 2   ? "2 portcullis"
           : minor_version == 0 ? "1.0 portcullis"
                                : "1.1 portcullis";
}

// own, behind what a trusted client has in its lists of that name.
std::string_view appended(FieldList& fields, const RequestHead& head, const ClientFacts& facts,
                          Known field, std::string_view own) {
    if (!facts.trusted || !has_field(head, field)) {
        return own;
    }
    std::string& text = fields.text();
    append_lists(text, head, field);
    return text.append(own);
}

void add_own(FieldList& fields, const RequestHead& head, const ClientFacts& facts) {
    std::string_view address = facts.address_text;
    if (address.empty()) {
        std::string& rendered = fields.text();
        rendered = facts.address.text();
        address = rendered;
    }
    const auto missing = [&](Known field) { return !facts.trusted || !has_field(head, field); };

    fields.add("X-Forwarded-For", appended(fields, head, facts, Known::x_forwarded_for, address));
    if (missing(Known::x_forwarded_proto)) {
        fields.add("X-Forwarded-Proto", "https");
    }
    if (missing(Known::x_forwarded_host)) {
        fields.add("X-Forwarded-Host", head.authority);
    }
    if (missing(Known::x_forwarded_port)) {
        fields.add("X-Forwarded-Port", kPortText);
    }
    std::string& forwarded = fields.text();
    if (facts.trusted) {
        append_lists(forwarded, head, Known::forwarded);
    }
    append_forwarded(forwarded, address, head.authority);
    fields.add("Forwarded", forwarded);
    add_via(fields, head, facts.trusted);
    fields.add("X-Request-ID", request_id(head, facts));
}

// What a client says in these fields itself never arrives (Known::x_client_certificate).
void add_certificate(FieldList& fields, const CertificateFields& certificate) {
    fields.add("X-Client-Certificate-Verified", certificate.verified);
    if (!certificate.fingerprint.empty()) {
        fields.add("X-Client-Certificate-Subject", certificate.subject);
        fields.add("X-Client-Certificate-Issuer", certificate.issuer);
        fields.add("X-Client-Certificate-Serial", certificate.serial);
        fields.add("X-Client-Certificate-Fingerprint", certificate.fingerprint);
    }
}

std::string_view target_of(FieldList& fields, std::string_view path, std::string_view query) {
    if (path.empty()) {
        return "*";
    }
    return query.empty() ? path : std::string_view{fields.text().append(path).append(query)};
}

}  // namespace

bool passes(const Field& field, const ClientFacts& facts) {
    const KnownName name = known(field.name);
    if (name.field == Known::other || name.disguised) {
        return name.field == Known::other;
    }
    const auto named = [&] {
        return std::any_of(facts.trusted_headers.begin(), facts.trusted_headers.end(),
                           [&](const auto& trusted) { return same_folded(trusted, field.name); });
    };
    switch (name.field) {
        case Known::believed_request:
            return named();
        case Known::believed_client:
            return facts.trusted && named();
        default:
            return facts.trusted && keeps_own(name.field);
    }
}

std::string_view request_id(const RequestHead& head, const ClientFacts& facts) {
    const Field* field = facts.trusted ? head.find("X-Request-ID") : nullptr;
    const auto printable = [](char c) { return c > ' ' && c < '\x7f'; };
    if (field == nullptr || field->value.empty() || field->value.size() > kRequestIdBytesMax ||
        !std::all_of(field->value.begin(), field->value.end(), printable)) {
        return facts.request_id;
    }
    return field->value;
}

OutgoingRequest forward_request(FieldList& fields, const RequestHead& head, std::string_view path,
                                const ClientFacts& facts, const Body& body,
                                std::string_view upgrade) {
    const Nominated nominated{head.fields};
    for (const Field& field : head.fields) {
        if (passes(field, facts) && !nominated.has(field.name)) {
            fields.fields().push_back(field);
        }
    }
    if (has_token(head.fields, "TE", "trailers")) {
        fields.add("TE", "trailers");
    }
    add_own(fields, head, facts);
    if (facts.certificate != nullptr) {
        add_certificate(fields, *facts.certificate);
    }
    return {.method = head.method,
            .target = target_of(fields, path, head.query),
            .authority = head.authority,
            .fields = fields.all(),
            .body = body,
            .upgrade = upgrade};
}

OutgoingAnswer forward_answer(FieldList& fields, const ResponseHead& head,
                              std::string_view request_id, const Body& body) {
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
            case Known::upgrade:
            case Known::x_request_id:
                break;
            default:
                forwarded = !nominated.has(field.name);
        }
        if (forwarded) {
            fields.fields().push_back(field);
        }
    }
    fields.add("Via", via(head.major_version, head.minor_version));
    fields.add("X-Request-ID", request_id);
    const Field* length = head.find("Content-Length");
    const Field* upgrade = head.status == 101 ? head.find("Upgrade") : nullptr;
    return {.status = head.status,
            .reason = head.reason,
            .fields = fields.all(),
            .body = body,
            .upgrade = upgrade != nullptr ? upgrade->value : std::string_view{},
            .left_out = length != nullptr ? content_length(length->value) : std::nullopt};
}

}  // namespace portcullis::http
