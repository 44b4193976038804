#include "proxy/http1/parser.h"

#include "proxy/http/characters.h"
#include "proxy/http/host.h"

#include <algorithm>
#include <utility>

namespace portcullis::http1 {
namespace {

using http::Refusal;
using http::RequestHead;
using http::ResponseHead;

constexpr std::size_t kMethodBytesMax = 32;
constexpr std::string_view kHttp = "http://";
constexpr std::string_view kHttps = "https://";

// 0 or 1; -1 for what is not served here. A minor version beyond 1 promises all that 1.1 does (RFC
// 9110, 2.5), and what it adds is not asked of us.
int minor_version_of(std::string_view version) {
    constexpr std::string_view kMajor = "HTTP/1.";
    if (version.size() != kMajor.size() + 1 || !version.starts_with(kMajor) ||
        !http::is_digit(version.back())) {
        return -1;
    }
    return version.back() == '0' ? 0 : 1;
}

// Printable ASCII without space and "#": a fragment is never sent (RFC 9110, 7.1).
bool is_target_char(char c) {
    return c > ' ' && c < '\x7f' && c != '#';
}

bool begins_with(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() && http::same_name(text.substr(0, prefix.size()), prefix);
}

std::size_t scheme_bytes(std::string_view target) {
    if (begins_with(target, kHttps)) {
        return kHttps.size();
    }
    return begins_with(target, kHttp) ? kHttp.size() : 0;
}

void split_path(std::string_view path_and_query, RequestHead& head) {
    const std::size_t mark = std::min(path_and_query.find('?'), path_and_query.size());
    head.path = path_and_query.substr(0, mark);
    head.query = path_and_query.substr(mark);
}

// RFC 9112, 3.2: origin-form, absolute-form, and "*" with OPTIONS. CONNECT's authority-form is
// refused before.
Refusal parse_target(RequestHead& head) {
    const std::string_view target = head.target;
    if (!std::all_of(target.begin(), target.end(), is_target_char)) {
        return Refusal::bad_target;
    }
    if (target.front() == '/') {
        split_path(target, head);
        return Refusal::none;
    }
    if (target == "*") {
        return head.method == "OPTIONS" ? Refusal::none : Refusal::bad_target;
    }
    const std::size_t scheme = scheme_bytes(target);
    if (scheme == 0) {
        return Refusal::bad_target;
    }
    const std::string_view rest = target.substr(scheme);
    const std::size_t authority = std::min(rest.find_first_of("/?"), rest.size());
    if (!http::split_authority(rest.substr(0, authority))) {
        return Refusal::bad_target;
    }
    split_path(rest.substr(authority), head);
    if (head.path.empty()) {
        head.path = "/";  // RFC 9110, 4.2.3
    }
    return Refusal::none;
}

// RFC 9112, 3: three words, and exactly one space between them.
Refusal parse_request_line(std::string_view line, RequestHead& head) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos ||
        first == 0 || second == first + 1) {
        return Refusal::bad_request_line;
    }
    head.minor_version = minor_version_of(line.substr(second + 1));
    if (head.minor_version < 0) {
        return Refusal::bad_version;
    }
    head.method = line.substr(0, first);
    if (head.method.size() > kMethodBytesMax || !http::is_token(head.method) ||
        head.method == "CONNECT") {
        return Refusal::bad_method;
    }
    head.target = line.substr(first + 1, second - first - 1);
    return parse_target(head);
}

// RFC 9112, 4: HTTP/1.x SP 3DIGIT SP [reason]. Some origins leave the second space out with the
// reason; the line says the same, and we write the space.
Refusal parse_status_line(std::string_view line, ResponseHead& head) {
    constexpr std::size_t kBare = 12;  // bytes before the second space
    if (line.size() < kBare || !line.starts_with("HTTP/") || line[8] != ' ' ||
        (line.size() > kBare && line[kBare] != ' ') || line[9] == '0' ||
        !std::all_of(line.begin() + 9, line.begin() + 12, http::is_digit)) {
        return Refusal::bad_status_line;
    }
    head.minor_version = minor_version_of(line.substr(0, 8));
    if (head.minor_version < 0) {
        return Refusal::bad_version;
    }
    head.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
    head.reason = line.substr(std::min(kBare + 1, line.size()));
    return std::all_of(head.reason.begin(), head.reason.end(), http::is_value_char)
               ? Refusal::none
               : Refusal::bad_status_line;
}

// Whether an absolute-form target and the Host field mean the same (RFC 9112, 3.2.2): the field was
// meant to equal the target's authority, so that a difference is somebody's attempt to be two hosts
// at once.
bool same_authority(const RequestHead& head, const http::Authority& host) {
    const std::size_t scheme = scheme_bytes(head.target);
    const std::string_view rest = head.target.substr(scheme);
    const auto target = http::split_authority(rest.substr(0, rest.find_first_of("/?")));
    const std::uint16_t default_port = scheme == kHttps.size() ? 443 : 80;
    return target && target->host() == host.host() &&
           target->port().value_or(default_port) == host.port().value_or(default_port);
}

// RFC 9112, 3.2: one valid Host. HTTP/1.0 does not ask for one; then the connection must say which
// host is meant.
Refusal check_host(RequestHead& head, std::string& plain) {
    const bool absolute = head.target.front() != '/' && head.target != "*";
    const http::Field* only = nullptr;
    for (const http::Field& field : head.fields) {
        if (!http::same_name(field.name, "Host")) {
            continue;
        }
        if (only != nullptr) {
            return Refusal::double_host;
        }
        only = &field;
    }
    if (only == nullptr) {
        return head.minor_version == 0 && !absolute ? Refusal::none : Refusal::missing_host;
    }
    const auto host = http::split_authority(only->value);
    if (!host) {
        return Refusal::bad_host;
    }
    head.authority = http::plain_authority(only->value, plain);
    return !absolute || same_authority(head, *host) ? Refusal::none
                                                    : Refusal::host_differs_from_target;
}

}  // namespace

Step RequestParser::fail(Refusal refusal) {
    refusal_ = refusal;
    state_ = State::failed;
    return Step::failed;
}

Step RequestParser::feed(std::string_view bytes, const HeadLimits& limits) {
    if (state_ == State::empty_line) {
        if (bytes.empty() || bytes == "\r") {
            return Step::more;
        }
        line_.start(bytes.starts_with("\r\n") ? 2 : 0);
        state_ = State::line;
    }
    if (state_ == State::line) {
        const Step step = line_.feed(bytes, limits.start_line_bytes);
        if (step != Step::done) {
            return step == Step::failed ? fail(line_.refusal()) : step;
        }
        const Refusal refusal = parse_request_line(line_.line(bytes), head_);
        if (refusal != Refusal::none) {
            return fail(refusal);
        }
        line_base_ = bytes.data();
        fields_.start(line_.position());
        state_ = State::fields;
    }
    if (state_ == State::fields) {
        const Step step = fields_.feed(bytes, limits.header_bytes, limits.fields, head_.fields);
        if (step != Step::done) {
            return step == Step::failed ? fail(fields_.refusal()) : step;
        }
        return finish(bytes);
    }
    return state_ == State::done ? Step::done : Step::failed;
}

Step RequestParser::finish(std::string_view bytes) {
    if (line_base_ != bytes.data()) {
        parse_request_line(line_.line(bytes),
                           head_);  // again, for views into the bytes of this feed
    }
    const Refusal refusal = check_host(head_, authority_);
    if (refusal != Refusal::none) {
        return fail(refusal);
    }
    state_ = State::done;
    return Step::done;
}

void RequestParser::reset() {
    auto fields = std::move(head_.fields);
    fields.clear();
    *this = RequestParser{};
    head_.fields = std::move(fields);
}

Step ResponseParser::fail(Refusal refusal) {
    refusal_ = refusal;
    state_ = State::failed;
    return Step::failed;
}

Step ResponseParser::feed(std::string_view bytes, const HeadLimits& limits) {
    if (state_ == State::line) {
        const Step step = line_.feed(bytes, limits.start_line_bytes);
        if (step == Step::more) {
            return step;
        }
        if (step == Step::failed) {
            const bool too_long = line_.refusal() == Refusal::request_line_too_long;
            return fail(too_long ? Refusal::bad_status_line : line_.refusal());
        }
        const Refusal refusal = parse_status_line(line_.line(bytes), head_);
        if (refusal != Refusal::none) {
            return fail(refusal);
        }
        line_base_ = bytes.data();
        fields_.start(line_.position());
        state_ = State::fields;
    }
    if (state_ == State::fields) {
        const Step step = fields_.feed(bytes, limits.header_bytes, limits.fields, head_.fields);
        if (step != Step::done) {
            return step == Step::failed ? fail(fields_.refusal()) : step;
        }
        if (line_base_ != bytes.data()) {
            parse_status_line(line_.line(bytes), head_);
        }
        state_ = State::done;
    }
    return state_ == State::done ? Step::done : Step::failed;
}

void ResponseParser::reset() {
    auto fields = std::move(head_.fields);
    fields.clear();
    *this = ResponseParser{};
    head_.fields = std::move(fields);
}

}  // namespace portcullis::http1
