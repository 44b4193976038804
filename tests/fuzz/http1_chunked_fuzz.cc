// A chunked body has one reading: the same in one piece and in many, the same after we wrote it
// again, and the same to Boost.Beast. Whoever tolerates more reads what the strict take as they do.
#include "base/check.h"
#include "proxy/http1/chunked.h"
#include "proxy/http1/writer.h"
#include "tests/fuzz/oracle.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace portcullis::http1 {
namespace {

using Kind = ChunkedDecoder::Piece::Kind;

struct Decoded {
    Kind kind = Kind::more;
    std::size_t consumed = 0;
    std::string data;
    std::vector<std::pair<std::string, std::string>> trailers;
    http::Refusal refusal = http::Refusal::none;
};

Decoded decode(std::string_view bytes, std::size_t size, Tolerance tolerance = Tolerance::none) {
    ChunkedDecoder decoder{tolerance};
    Decoded decoded;
    for (std::size_t at = 0; at < bytes.size() && decoded.kind == Kind::more; at += size) {
        const std::string_view part = bytes.substr(at, size);
        const std::vector<char> exact(part.begin(), part.end());
        std::string_view rest{exact.data(), exact.size()};
        do {
            const auto piece = decoder.next(rest);
            CHECK(piece.consumed <= rest.size() && "it consumes what it was given");
            CHECK((piece.kind == Kind::data) == !piece.data.empty() && "data is never empty");
            decoded.kind = piece.kind;
            decoded.consumed += piece.consumed;
            decoded.data.append(piece.data);
            rest.remove_prefix(piece.consumed);
        } while (decoded.kind == Kind::data);
        CHECK((decoded.kind != Kind::more || rest.empty()) &&
              "more means that everything was consumed");
    }
    for (const http::Field& field : decoder.trailers()) {
        decoded.trailers.emplace_back(field.name, field.value);
    }
    decoded.refusal = decoder.refusal();
    return decoded;
}

void check_rewritten(const Decoded& decoded) {
    std::string written;
    write_chunk(written, decoded.data);
    std::vector<http::Field> trailers;
    for (const auto& [name, value] : decoded.trailers) {
        trailers.push_back({name, value});
    }
    write_last_chunk(written, trailers);
    const Decoded again = decode(written, written.size());
    CHECK(again.kind == Kind::done && again.consumed == written.size() &&
          again.data == decoded.data && again.trailers == decoded.trailers &&
          "what we write means the same");
}

void check_oracle(std::string_view bytes, const Decoded& decoded) {
    const std::string head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string message = head + std::string{bytes.substr(0, decoded.consumed)};
    beast::request_parser<beast::string_body> theirs;
    unlimit(theirs);
    boost::system::error_code error;
    std::size_t consumed = 0;
    while (!error && !theirs.is_done() && consumed < message.size()) {
        consumed += theirs.put(buffer_of(std::string_view{message}.substr(consumed)), error);
    }
    // Beast acts on framing fields and Connection in trailers and may refuse them; we leave them
    // out.
    const bool in_trailers = error == beast::error::bad_content_length ||
                             error == beast::error::bad_value ||
                             error == beast::error::bad_transfer_encoding;
    if (in_trailers) {
        return;
    }
    CHECK(!error && "Beast accepts it");
    CHECK(theirs.is_done() && consumed == message.size() && "the body ends at the same byte");
    CHECK(theirs.get().body() == decoded.data && "the data is the same");
}

Decoded check(std::string_view bytes, Tolerance tolerance) {
    const Decoded whole = decode(bytes, bytes.size(), tolerance);
    const std::size_t random = std::hash<std::string_view>{}(bytes);
    for (const std::size_t size : {std::size_t{1}, 1 + random % 32}) {
        const Decoded split = decode(bytes, size, tolerance);
        CHECK(split.kind == whole.kind && split.refusal == whole.refusal &&
              "a split changes nothing");
        CHECK((whole.kind == Kind::failed || split.consumed == whole.consumed) &&
              "a split moves no end");
        CHECK(split.data == whole.data && split.trailers == whole.trailers &&
              "a split changes no byte");
    }
    if (whole.kind == Kind::done) {
        check_rewritten(whole);
    }
    return whole;
}

void check_same(const Decoded& stricter, const Decoded& more) {
    CHECK((stricter.kind != Kind::done ||
           (more.kind == Kind::done && more.consumed == stricter.consumed &&
            more.data == stricter.data && more.trailers == stricter.trailers)) &&
          "a tolerance changes nothing that is taken without it");
}

void check(std::string_view bytes) {
    const Decoded strict = check(bytes, Tolerance::none);
    if (strict.kind == Kind::done) {
        check_oracle(bytes, strict);
    }
    const Decoded padding = check(bytes, Tolerance::padding);
    check_same(strict, padding);
    check_same(padding, check(bytes, Tolerance::lenient));
}

}  // namespace
}  // namespace portcullis::http1

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::http1::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
