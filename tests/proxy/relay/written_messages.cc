#include "tests/proxy/relay/written_messages.h"

#include "proxy/http1/parser.h"
#include "proxy/relay/body.h"

namespace portcullis::test {
namespace {

constexpr http1::HeadLimits kLimits{1U << 16U, 1U << 18U, 500};

bool keeps(const auto& head) {
    return http1::keeps_alive(head);
}

// One message at the front of the bytes: how many it has taken. 0: it is not whole, or none.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_{bytes} {}

    bool request(WrittenMessage& into) {
        http1::RequestParser parser;
        if (!begins(parser)) {
            return false;
        }
        into.start = std::string{parser.head().method} + " " + std::string{parser.head().target};
        into.last = !keeps(parser.head());
        take_head(parser, into);
        return body(http1::request_framing(parser.head()), into, false);
    }

    bool response(const std::string& method, WrittenMessage& into, bool closed) {
        int status = 100;
        while (status < 200 && status != 101) {
            http1::ResponseParser parser;
            if (!begins(parser)) {
                return false;
            }
            status = parser.head().status;
            into.start = std::to_string(status);
            into.last = !keeps(parser.head());
            take_head(parser, into);
            const auto framing = http1::response_framing(parser.head(), method == "HEAD");
            if (!body(framing, into, closed)) {
                return false;
            }
        }
        return true;
    }

    [[nodiscard]] std::size_t taken() const { return taken_; }

    [[nodiscard]] const std::string& trouble() const { return trouble_; }

  private:
    [[nodiscard]] std::string_view rest() const { return bytes_.substr(taken_); }

    template <class Parser>
    bool begins(Parser& parser) {
        const http1::Step step = parser.feed(rest(), kLimits);
        if (step == http1::Step::failed) {
            trouble_ = "no message: " + std::string{http::name(parser.refusal())};
        } else if (step == http1::Step::more) {
            trouble_ = "a head that is not whole";
        }
        return step == http1::Step::done;
    }

    void take_head(const auto& parser, WrittenMessage& into) {
        into.head = std::string{rest().substr(0, parser.consumed())};
        taken_ += parser.consumed();
    }

    bool body(const http1::Framing& framing, WrittenMessage& into, bool closed) {
        if (framing.refusal != http::Refusal::none) {
            trouble_ = "framing: " + std::string{http::name(framing.refusal)};
            return false;
        }
        into.framing = framing.kind;
        relay::BodyReader reader{framing};
        while (!reader.done() && !rest().empty()) {
            const relay::BodyReader::Piece piece = reader.next(rest());
            if (reader.refusal() != http::Refusal::none) {
                trouble_ = "body: " + std::string{http::name(reader.refusal())};
                return false;
            }
            into.body += piece.data;
            taken_ += piece.consumed;
        }
        if (!reader.done() && !(closed && reader.close())) {
            trouble_ = "a body that is not whole";
            return false;
        }
        if (framing.kind == http1::BodyKind::chunked) {
            for (const http::Field& field : reader.trailers()) {
                into.trailers.push_back(std::string{field.name} + ": " + std::string{field.value});
            }
        }
        return true;
    }

    std::string_view bytes_;
    std::size_t taken_ = 0;
    std::string trouble_;
};

template <class Read>
WrittenMessages read_all(std::string_view bytes, const Read& read) {
    WrittenMessages messages;
    while (!bytes.empty()) {
        Reader reader{bytes};
        WrittenMessage message;
        if (!read(reader, message, messages.all.size())) {
            const std::string& trouble = reader.trouble();
            messages.trouble = trouble.empty() ? "a message that nobody asked for" : trouble;
            break;
        }
        bytes.remove_prefix(reader.taken());
        messages.all.push_back(std::move(message));
        if (messages.all.back().last && !bytes.empty()) {
            messages.trouble = "bytes behind the last message";
            break;
        }
    }
    return messages;
}

// Byte by byte, so that nothing of the next message is taken.
template <class Read>
WrittenMessages take_one(const Take& take, const Read& read) {
    std::string bytes;
    WrittenMessages messages;
    for (bool closed = false;;) {
        Reader reader{bytes};
        WrittenMessage message;
        if (!bytes.empty() && read(reader, message, closed)) {
            messages.all.push_back(std::move(message));
            messages.trouble.clear();
            return messages;
        }
        messages.trouble = bytes.empty() ? "nothing" : reader.trouble();
        const bool over = closed || !reader.trouble().ends_with(" not whole");
        if (over && !bytes.empty()) {
            return messages;
        }
        const std::string more = take(1);
        closed = more.empty();
        if (closed && bytes.empty()) {
            return messages;
        }
        bytes += more;
    }
}

}  // namespace

WrittenMessages read_requests(std::string_view bytes) {
    return read_all(bytes, [](Reader& reader, WrittenMessage& message, std::size_t) {
        return reader.request(message);
    });
}

WrittenMessages read_responses(std::string_view bytes, const std::vector<std::string>& methods,
                               bool closed) {
    WrittenMessages messages =
        read_all(bytes, [&](Reader& reader, WrittenMessage& message, std::size_t index) {
            return index < methods.size() && reader.response(methods[index], message, closed);
        });
    if (messages.trouble.empty() && messages.all.size() != methods.size()) {
        messages.trouble = "another number of responses than of requests";
    }
    return messages;
}

WrittenMessages take_request(const Take& take) {
    return take_one(take, [](Reader& reader, WrittenMessage& message, bool) {
        return reader.request(message);
    });
}

WrittenMessages take_response(const Take& take, const std::string& method) {
    return take_one(take, [&](Reader& reader, WrittenMessage& message, bool closed) {
        return reader.response(method, message, closed);
    });
}

}  // namespace portcullis::test
