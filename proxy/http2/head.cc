#include "proxy/http2/head.h"

#include "proxy/http/characters.h"
#include "proxy/http/content_length.h"
#include "proxy/http/host.h"
#include "proxy/http/known.h"

#include <algorithm>
#include <array>

namespace portcullis::http2 {
namespace {

using http::Refusal;

constexpr std::size_t kFieldOverhead = 4;  // ": " and CRLF of HTTP/1
constexpr std::size_t kMethodBytesMax = 32;

// The names in the order of Head::Pseudo.
constexpr std::array<std::string_view, 6> kPseudoNames{":method", ":scheme",   ":authority",
                                                       ":path",   ":protocol", ":status"};

// Printable ASCII without space and "#": a fragment is never sent (RFC 9110, 7.1).
bool is_target(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return c > ' ' && c < '\x7f' && c != '#'; });
}

// RFC 9113, 8.2.1: upper case makes a message malformed.
bool is_lower_token(std::string_view name) {
    return http::is_token(name) &&
           std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_value(std::string_view value) {
    const char* const end = value.data() + value.size();
    if (http::skip_value_chars(value.data(), end) != end) {
        return false;
    }
    return value.empty() || (!http::is_space(value.front()) && !http::is_space(value.back()));
}

// RFC 9113, 8.2.2. Proxy-Connection is no field of HTTP, but everybody knows what it means.
bool is_connection_field(std::string_view name, std::string_view value) {
    const http::KnownName known = http::known(name);
    switch (known.field) {
        case http::Known::connection:
        case http::Known::keep_alive:
        case http::Known::transfer_encoding:
        case http::Known::upgrade:
            return !known.disguised;
        case http::Known::te:
            return !http::same_name(value, "trailers");
        case http::Known::proxy:
            return name == "proxy-connection";
        default:
            return false;
    }
}

// The connection is TLS whatever a client calls it; some that were made for h2c call it http.
bool is_scheme(std::string_view scheme) {
    return http::same_name(scheme, "https") || http::same_name(scheme, "http");
}

bool same_authority(const http::Authority& left, const http::Authority& right) {
    constexpr std::uint16_t https = 443;
    return left.host() == right.host() &&
           left.port().value_or(https) == right.port().value_or(https);
}

}  // namespace

void Head::refuse(Refusal why) {
    if (refusal_ == Refusal::none) {
        refusal_ = why;
    }
}

void Head::add(std::string_view name, std::string_view value, const HeadLimits& limits) {
    bytes_ += name.size() + value.size() + kFieldOverhead;
    if (refusal_ != Refusal::none) {
        return;
    }
    if (name.starts_with(':')) {
        if (value.size() > limits.path_bytes) {
            return refuse(name == ":path" ? Refusal::request_line_too_long
                                          : Refusal::header_too_long);
        }
        return add_pseudo(name, value);
    }
    field_bytes_ += name.size() + value.size() + kFieldOverhead;
    // Crumbs of one cookie count as one field: HTTP/1 has them in one (RFC 9113, 8.2.3).
    const bool crumb = name == "cookie" && has_cookie_;
    has_cookie_ = has_cookie_ || name == "cookie";
    fields_ += crumb ? 0 : 1;
    if (field_bytes_ > limits.header_bytes) {
        return refuse(Refusal::header_too_long);
    }
    if (fields_ > limits.fields) {
        return refuse(Refusal::too_many_fields);
    }
    if (const Refusal refusal = check_field(name, value); refusal != Refusal::none) {
        return refuse(refusal);
    }
    places_.push_back({text_.size(), name.size(), value.size()});
    text_.append(name).append(value);
}

// RFC 9113, 8.3: before all other fields, each at most once, and no others than these.
void Head::add_pseudo(std::string_view name, std::string_view value) {
    const auto at = std::find(kPseudoNames.begin(), kPseudoNames.end(), name);
    if (at == kPseudoNames.end() || fields_ > 0) {
        return refuse(Refusal::bad_pseudo_header);
    }
    auto& slot = pseudo_[static_cast<std::size_t>(at - kPseudoNames.begin())];
    if (slot) {
        return refuse(Refusal::bad_pseudo_header);
    }
    slot = Place{text_.size(), name.size(), value.size()};
    text_.append(name).append(value);
}

Refusal Head::check_field(std::string_view name, std::string_view value) const {
    if (!is_lower_token(name)) {
        return Refusal::bad_field_name;
    }
    if (!is_value(value)) {
        return Refusal::bad_field_value;
    }
    return is_connection_field(name, value) ? Refusal::connection_field : Refusal::none;
}

http::Field Head::field_at(const Place& place) const {
    const std::string_view text = text_;
    return {text.substr(place.name, place.name_bytes),
            text.substr(place.name + place.name_bytes, place.value_bytes)};
}

std::optional<std::string_view> Head::pseudo(Pseudo which) const {
    const auto& place = pseudo_[static_cast<std::size_t>(which)];
    return place ? std::optional{field_at(*place).value} : std::nullopt;
}

// The fields as one list, and Content-Length.
void Head::take_fields(std::vector<http::Field>& fields) {
    fields.reserve(places_.size());
    std::size_t cookies = 0;
    for (const Place& place : places_) {
        const http::Field field = field_at(place);
        if (field.name == "content-length") {
            const auto length = http::content_length(field.value);
            if (!length || length_) {
                refuse(length && *length != *length_ ? Refusal::differing_lengths
                                                     : Refusal::bad_length);
                return;
            }
            length_ = length;
        }
        cookies += field.name == "cookie" ? 1 : 0;
        fields.push_back(field);
    }
    if (cookies > 1) {
        join_cookies(fields);
    }
}

// RFC 9113, 8.2.3: one field, where the first crumb was. An empty crumb says nothing, and would
// leave a space at an end of the value, which makes a message of HTTP/2 malformed (8.2.1): the
// origin would be blamed for refusing what the client made us write.
void Head::join_cookies(std::vector<http::Field>& fields) {
    const auto is_cookie = [](const http::Field& field) { return field.name == "cookie"; };
    for (const http::Field& field : fields) {
        if (is_cookie(field) && !field.value.empty()) {
            cookies_.append(cookies_.empty() ? "" : "; ").append(field.value);
        }
    }
    const auto first = std::find_if(fields.begin(), fields.end(), is_cookie);
    first->value = cookies_;
    fields.erase(std::remove_if(first + 1, fields.end(), is_cookie), fields.end());
}

void Head::finish_request() {
    request_.major_version = 2;
    request_.method = pseudo(Pseudo::method).value_or("");
    request_.target = pseudo(Pseudo::path).value_or("");
    request_.protocol = pseudo(Pseudo::protocol).value_or("");
    const std::size_t mark = std::min(request_.target.find('?'), request_.target.size());
    if (request_.target.starts_with('/')) {
        request_.path = request_.target.substr(0, mark);
        request_.query = request_.target.substr(mark);
    }
    take_fields(request_.fields);
    if (const Refusal refusal = check_request(); refusal != Refusal::none) {
        refuse(refusal);
    }
    if (!http::is_token(request_.method) || request_.method.size() > kMethodBytesMax) {
        request_.method = {};
    }
    if (!is_target(request_.target)) {
        request_.target = request_.path = request_.query = {};
    }
}

Refusal Head::check_request() {
    const auto scheme = pseudo(Pseudo::scheme);
    if (!pseudo(Pseudo::method) || !scheme || !pseudo(Pseudo::path) || pseudo(Pseudo::status) ||
        !is_scheme(*scheme)) {
        return Refusal::bad_pseudo_header;
    }
    const bool connect = request_.method == "CONNECT";
    if (request_.method.size() > kMethodBytesMax || !http::is_token(request_.method)) {
        return Refusal::bad_method;
    }
    // RFC 8441, 4: :protocol makes CONNECT a request like any other. Without it CONNECT asks for
    // an open proxy, and nothing but WebSocket is tunnelled.
    if (connect != pseudo(Pseudo::protocol).has_value()) {
        return connect ? Refusal::bad_method : Refusal::bad_pseudo_header;
    }
    if (connect && request_.protocol != "websocket") {
        return Refusal::bad_method;
    }
    // Not even 0: to an origin that speaks HTTP/1 the request is a GET, and a length in it would
    // have the origin take what follows on its connection, another client's request, for a body.
    if (connect && length_) {
        return Refusal::tunnel_with_length;
    }
    const bool whole_server = request_.target == "*" && request_.method == "OPTIONS";
    if (!is_target(request_.target) || (request_.path.empty() && !whole_server)) {
        return Refusal::bad_target;
    }
    return check_host();
}

// RFC 9113, 8.3.1: Host, where it is present, must not name another entity than :authority.
Refusal Head::check_host() {
    std::optional<std::string_view> host = pseudo(Pseudo::authority);
    const bool both = host.has_value();
    bool found = false;
    for (const http::Field& field : request_.fields) {
        if (field.name != "host") {
            continue;
        }
        if (found) {
            return Refusal::double_host;
        }
        found = true;
        const auto named = http::split_authority(field.value);
        const auto meant = http::split_authority(host.value_or(field.value));
        if (!named || !meant) {
            return Refusal::bad_host;
        }
        if (both && !same_authority(*named, *meant)) {
            return Refusal::host_differs_from_target;
        }
        host = host.value_or(field.value);
    }
    if (!host) {
        return Refusal::missing_host;
    }
    if (!http::split_authority(*host)) {
        return Refusal::bad_host;
    }
    request_.authority = http::plain_authority(*host, authority_);
    return Refusal::none;
}

void Head::finish_response() {
    response_.major_version = 2;
    take_fields(response_.fields);
    const auto status = pseudo(Pseudo::status);
    const auto count = std::count_if(std::begin(pseudo_), std::end(pseudo_),
                                     [](const auto& slot) { return slot.has_value(); });
    // RFC 9113, 8.6: HTTP/2 has no 101.
    if (!status || count != 1 || status->size() != 3 || status->front() == '0' ||
        !std::all_of(status->begin(), status->end(), http::is_digit) || *status == "101") {
        return refuse(Refusal::bad_pseudo_header);
    }
    response_.status =
        ((*status)[0] - '0') * 100 + ((*status)[1] - '0') * 10 + ((*status)[2] - '0');
}

void Head::finish_trailers() {
    const bool pseudo = std::any_of(std::begin(pseudo_), std::end(pseudo_),
                                    [](const auto& slot) { return slot.has_value(); });
    if (pseudo) {
        return refuse(Refusal::bad_trailer);  // RFC 9113, 8.1
    }
    for (const Place& place : places_) {
        const http::Field field = field_at(place);
        if (http::may_be_trailer(field.name)) {
            trailers_.push_back(field);
        }
    }
}

}  // namespace portcullis::http2
