// An answer's head has one reading: the same in one piece and in many, the same after we wrote it
// for a client, and the same to Boost.Beast. The first bit of the first byte says whether the
// request was HEAD.
#include "base/check.h"
#include "proxy/http/forward.h"
#include "proxy/http1/parser.h"
#include "proxy/http1/writer.h"
#include "tests/fuzz/oracle.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace portcullis::http1 {
namespace {

constexpr HeadLimits kLimits{.start_line_bytes = 512, .header_bytes = 2048, .fields = 24};
constexpr HeadLimits kWide{.start_line_bytes = 1U << 16U, .header_bytes = 1U << 16U, .fields = 100};

void check_split(std::string_view bytes, std::size_t piece, Step want,
                 const ResponseParser& whole) {
    ResponseParser parser;
    Step step = Step::more;
    std::vector<char> moved;
    for (std::size_t end = std::min(piece, bytes.size()); step == Step::more;
         end = std::min(end + piece, bytes.size())) {
        moved = std::vector<char>(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end));
        step = parser.feed({moved.data(), moved.size()}, kLimits);
        if (end == bytes.size()) {
            break;
        }
    }
    CHECK(step == want && "a split changes nothing");
    CHECK((step != Step::failed || parser.refusal() == whole.refusal()) &&
          "a split changes no refusal");
    if (step != Step::done) {
        return;
    }
    CHECK(parser.consumed() == whole.consumed() && parser.head().status == whole.head().status &&
          parser.head().reason == whole.head().reason &&
          parser.head().fields.size() == whole.head().fields.size() && "a split changes no head");
    for (std::size_t i = 0; i < parser.head().fields.size(); ++i) {
        CHECK(parser.head().fields[i].name == whole.head().fields[i].name &&
              parser.head().fields[i].value == whole.head().fields[i].value &&
              "a split changes no field");
    }
}

void check_rewritten(const ResponseParser& parser, const Framing& framing, bool to_head) {
    http::FieldList fields;
    std::string written;
    write_answer(written, http::forward_answer(fields, parser.head(), "id", body_of(framing)),
                 {.close = framing.kind == BodyKind::until_close,
                  .chunked = framing.kind == BodyKind::chunked});
    ResponseParser again;
    CHECK(again.feed(written, kWide) == Step::done && again.consumed() == written.size() &&
          "what we write is a head");
    CHECK(again.head().status == parser.head().status &&
          again.head().reason == parser.head().reason && "what we write means the same");
    const Framing reframed = response_framing(again.head(), to_head);
    CHECK(reframed.refusal == http::Refusal::none && reframed.kind == framing.kind &&
          reframed.length == framing.length && "what we write is framed the same");
}

void check_oracle(std::string_view bytes, const ResponseParser& parser, const Framing& framing,
                  bool to_head) {
    const http::ResponseHead& head = parser.head();
    beast::response_parser<beast::empty_body> theirs;
    unlimit(theirs);
    theirs.eager(false);
    theirs.skip(to_head);
    boost::system::error_code error;
    // Beast wants the second space, and knows no minor version beyond 1.
    std::string known{bytes.substr(0, parser.consumed())};
    known[7] = std::min(known[7], '1');
    const std::size_t added = known[12] == ' ' ? 0 : 1;
    known.insert(12, added, ' ');
    const std::size_t consumed = theirs.put(buffer_of(known), error) - added;
    if (is_tolerated(error, head.fields)) {
        return;
    }
    if (error && (head.status < 200 || head.status == 204)) {
        return;  // their framing fields are not looked at, for nobody gets to see them
    }
    CHECK(!error && "Beast accepts it");
    CHECK(theirs.is_header_done() && consumed == parser.consumed() &&
          "the head ends at the same byte");
    CHECK(theirs.get().result_int() == static_cast<unsigned>(head.status) &&
          "the status is the same");
    // For an empty reason Beast gives the phrase of the status.
    CHECK((head.reason.empty() || view(theirs.get().reason()) == head.reason) &&
          "the reason is the same");
    CHECK(theirs.get().version() == 10U + static_cast<unsigned>(head.minor_version) &&
          "the version is the same");
    CHECK(same_fields(head.fields, theirs.get().base()) && "the fields are the same");
    const bool bodiless = to_head || head.status < 200 || head.status == 204 || head.status == 304;
    CHECK((bodiless || same_length(framing, theirs)) && "the body's length is the same");
    CHECK((bodiless || theirs.need_eof() == (framing.kind == BodyKind::until_close)) &&
          "it ends alike");
}

void check(std::string_view bytes, bool to_head) {
    ResponseParser parser;
    const Step step = parser.feed(bytes, kLimits);
    const std::size_t random = std::hash<std::string_view>{}(bytes);
    check_split(bytes, 1 + random % 64, step, parser);
    if (bytes.size() < 300) {
        check_split(bytes, 1, step, parser);
    }
    if (step != Step::done) {
        return;
    }
    const Framing framing = response_framing(parser.head(), to_head);
    if (framing.refusal == http::Refusal::none) {
        check_rewritten(parser, framing, to_head);
        check_oracle(bytes, parser, framing, to_head);
    }
}

}  // namespace
}  // namespace portcullis::http1

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 0) {
        portcullis::http1::check({reinterpret_cast<const char*>(data) + 1, size - 1},
                                 (data[0] & 1U) != 0);
    }
    return 0;
}
