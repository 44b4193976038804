#include "proxy/http1/writer.h"

#include "base/check.h"

#include <array>
#include <charconv>

namespace portcullis::http1 {
namespace {

// The start line, Host and what frames the message.
constexpr std::size_t kOwnBytes = 128;

template <class Number>
void append_number(std::string& out, Number number, int base = 10) {
    std::array<char, 24> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
    out.append(digits.data(), end);
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

std::size_t bytes_of(std::span<const http::Field> fields) {
    std::size_t bytes = 0;
    for (const http::Field& field : fields) {
        bytes += field.name.size() + field.value.size() + 4;
    }
    return bytes;
}

void append_fields(std::string& out, std::span<const http::Field> fields) {
    for (const http::Field& field : fields) {
        append_field(out, field.name, field.value);
    }
}

}  // namespace

void write_request(std::string& out, const http::OutgoingRequest& request) {
    out.reserve(out.size() + request.target.size() + request.authority.size() +
                bytes_of(request.fields) + kOwnBytes);
    out.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    append_field(out, "Host", request.authority);
    append_fields(out, request.fields);
    if (request.body.kind == http::Body::Kind::open) {
        append_field(out, "Transfer-Encoding", "chunked");
    }
    if (!request.upgrade.empty()) {
        append_field(out, "Upgrade", request.upgrade);
        append_field(out, "Connection", "Upgrade");
    }
    out.append("\r\n");
}

void write_answer(std::string& out, const http::OutgoingAnswer& answer, const AnswerForm& form) {
    out.reserve(out.size() + answer.reason.size() + bytes_of(answer.fields) + kOwnBytes);
    out.append("HTTP/1.1 ");
    append_number(out, answer.status);
    out.append(" ").append(answer.reason).append("\r\n");
    append_fields(out, answer.fields);
    if (form.chunked && answer.body.kind == http::Body::Kind::open) {
        append_field(out, "Transfer-Encoding", "chunked");
    }
    if (answer.status == 101) {
        append_field(out, "Upgrade", answer.upgrade);
        append_field(out, "Connection", "Upgrade");
    } else if (form.close) {
        append_field(out, "Connection", "close");
    } else if (form.client_minor_version == 0 && answer.status >= 200) {
        append_field(out, "Connection", "keep-alive");
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

void write_last_chunk(std::string& out, std::span<const http::Field> trailers) {
    out.append("0\r\n");
    append_fields(out, trailers);
    out.append("\r\n");
}

}  // namespace portcullis::http1
