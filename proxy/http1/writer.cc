#include "proxy/http1/writer.h"

#include "base/check.h"
#include "proxy/http/content_length.h"

#include <algorithm>
#include <charconv>

namespace portcullis::http1 {
namespace {

// The start line without its texts, Host and what frames the message.
constexpr std::size_t kOwnBytes = 160;

// Writes behind a string's end. Appending piece by piece costs more than everything else that is
// done for a head.
class Pen {
  public:
    // room: the most that will be written.
    Pen(std::string& out, std::size_t room) : out_{out}, begin_{out.size()} {
        out_.resize(begin_ + room);
        at_ = out_.data() + begin_;
    }

    Pen(const Pen&) = delete;
    Pen& operator=(const Pen&) = delete;

    ~Pen() { out_.resize(static_cast<std::size_t>(at_ - out_.data())); }

    void put(std::string_view text) { at_ = std::copy_n(text.data(), text.size(), at_); }

    template <std::size_t size>
    void put(const char (&text)[size]) {
        at_ = std::copy_n(text, size - 1, at_);
    }

    void field(std::string_view name, std::string_view value) {
        put(name);
        put(": ");
        put(value);
        put("\r\n");
    }

    void fields(std::span<const http::Field> all) {
        for (const http::Field& field : all) {
            this->field(field.name, field.value);
        }
    }

    template <class Number>
    void number(Number number, int base = 10) {
        at_ = std::to_chars(at_, out_.data() + out_.size(), number, base).ptr;
    }

    void length(std::optional<std::uint64_t> length) {
        if (length) {
            put("Content-Length: ");
            number(*length);
            put("\r\n");
        }
    }

  private:
    std::string& out_;
    std::size_t begin_;
    char* at_;
};

std::size_t bytes_of(std::span<const http::Field> fields) {
    std::size_t bytes = 0;
    for (const http::Field& field : fields) {
        bytes += field.name.size() + field.value.size() + 4;
    }
    return bytes;
}

}  // namespace

void write_request(std::string& out, const http::OutgoingRequest& request) {
    Pen pen{out, request.method.size() + request.target.size() + request.authority.size() +
                     request.upgrade.size() + bytes_of(request.fields) + kOwnBytes};
    pen.put(request.method);
    pen.put(" ");
    pen.put(request.target);
    pen.put(" HTTP/1.1\r\nHost: ");
    pen.put(request.authority);
    pen.put("\r\n");
    pen.fields(request.fields);
    if (request.body.kind == http::Body::Kind::open) {
        pen.put("Transfer-Encoding: chunked\r\n");
    } else {
        pen.length(http::sent_length(request));
    }
    // RFC 9110, 10.1.4: whoever sends TE says that it is for this connection only.
    const bool te =
        std::any_of(request.fields.begin(), request.fields.end(),
                    [](const auto& field) { return http::same_name(field.name, "TE"); });
    if (!request.upgrade.empty()) {
        pen.field("Upgrade", request.upgrade);
        pen.put(te ? "Connection: Upgrade, TE\r\n" : "Connection: Upgrade\r\n");
    } else if (te) {
        pen.put("Connection: TE\r\n");
    }
    pen.put("\r\n");
}

void write_answer(std::string& out, const http::OutgoingAnswer& answer, const AnswerForm& form) {
    Pen pen{out,
            answer.reason.size() + answer.upgrade.size() + bytes_of(answer.fields) + kOwnBytes};
    pen.put("HTTP/1.1 ");
    pen.number(answer.status);
    pen.put(" ");
    pen.put(answer.reason);
    pen.put("\r\n");
    pen.fields(answer.fields);
    const bool open = answer.body.kind == http::Body::Kind::open &&
                      http::carries_body(answer.status, form.to_head);
    if (open && form.chunked) {
        pen.put("Transfer-Encoding: chunked\r\n");
    } else {
        pen.length(http::sent_length(answer, form.to_head));
    }
    if (answer.status == 101) {
        pen.field("Upgrade", answer.upgrade);
        pen.put("Connection: Upgrade\r\n");
    } else if (form.close) {
        pen.put("Connection: close\r\n");
    } else if (form.client_minor_version == 0 && answer.status >= 200) {
        pen.put("Connection: keep-alive\r\n");
    }
    pen.put("\r\n");
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
    Pen pen{out, 24};
    pen.number(size, 16);
    pen.put("\r\n");
}

void write_last_chunk(std::string& out, std::span<const http::Field> trailers) {
    Pen pen{out, bytes_of(trailers) + 8};
    pen.put("0\r\n");
    pen.fields(trailers);
    pen.put("\r\n");
}

}  // namespace portcullis::http1
