#include "proxy/http1/writer.h"

#include "base/check.h"

#include <array>
#include <charconv>

namespace portcullis::http1 {
namespace {

// What we add to a head beyond what was received: fields of our own with an address, a host and an
// id.
constexpr std::size_t kOwnBytes = 512;

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void append_length(std::string& out, std::uint64_t length) {
    out.append("Content-Length: ");
    append_number(out, length);
    out.append("\r\n");
}

// Field names and values point into one buffer, so its extent is what they take; a sum is as cheap.
std::size_t bytes_of(const std::vector<http::Field>& fields) {
    std::size_t bytes = 0;
    for (const http::Field& field : fields) {
        bytes += field.name.size() + field.value.size() + 4;
    }
    return bytes;
}

void append_framing(std::string& out, const Framing& framing, const http::Field* received_length) {
    switch (framing.kind) {
        case BodyKind::length:
            append_length(out, framing.length);
            break;
        case BodyKind::chunked:
            http::append_field(out, "Transfer-Encoding", "chunked");
            break;
        case BodyKind::none:
            if (received_length != nullptr) {
                http::append_field(out, "Content-Length", received_length->value);
            }
            break;
        case BodyKind::until_close:
            break;
    }
}

}  // namespace

void write_request(std::string& out, const http::RequestHead& head, const http::ClientFacts& facts,
                   const Framing& framing, bool upgrade) {
    CHECK(framing.refusal == http::Refusal::none && "a refused request is not forwarded");
    out.reserve(out.size() + head.target.size() + bytes_of(head.fields) +
                2 * head.authority.size() + kOwnBytes);
    out.append(head.method).push_back(' ');
    if (head.path.empty()) {
        out.push_back('*');
    } else {
        out.append(head.path).append(head.query);
    }
    out.append(" HTTP/1.1\r\n");
    http::append_field(out, "Host", head.authority);
    http::append_request_fields(out, head, facts, upgrade);
    append_framing(out, framing,
                   framing.kind == BodyKind::none ? head.find("Content-Length") : nullptr);
    out.append(upgrade ? "Connection: Upgrade\r\n\r\n" : "\r\n");
}

void write_response(std::string& out, const http::ResponseHead& head, const Framing& framing,
                    const ResponseEdit& edit) {
    CHECK(framing.refusal == http::Refusal::none && "a refused answer is not forwarded");
    out.reserve(out.size() + head.reason.size() + bytes_of(head.fields) + kOwnBytes);
    out.append("HTTP/1.1 ");
    append_number(out, head.status);
    out.append(" ").append(head.reason).append("\r\n");
    http::append_response_fields(out, head, edit.request_id, edit.upgrade);
    // RFC 9110, 8.6: no Content-Length in 1xx and 204.
    const bool may_have_length =
        head.status >= 200 && head.status != 204 && framing.kind == BodyKind::none;
    append_framing(out, framing, may_have_length ? head.find("Content-Length") : nullptr);
    if (edit.upgrade) {
        http::append_field(out, "Connection", "Upgrade");
    } else if (edit.close) {
        http::append_field(out, "Connection", "close");
    } else if (edit.client_minor_version == 0 && head.status >= 200) {
        http::append_field(out, "Connection", "keep-alive");
    }
    out.append("\r\n");
}

void write_chunk(std::string& out, std::string_view data) {
    if (data.empty()) {
        return;
    }
    out.reserve(out.size() + data.size() + 20);
    write_chunk_size(out, data.size());
    out.append(data).append("\r\n");
}

void write_chunk_size(std::string& out, std::size_t size) {
    CHECK(size > 0 && "a chunk of size 0 ends the body");
    append_number(out, size, 16);
    out.append("\r\n");
}

void write_last_chunk(std::string& out, std::string_view trailers) {
    out.append("0\r\n").append(trailers).append("\r\n");
}

}  // namespace portcullis::http1
