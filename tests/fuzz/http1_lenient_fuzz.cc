// A response of a lenient service has one reading as well: the same in one piece and in many, the
// one that the strict parser has of what it takes by itself, and what we write of it for a client
// is one strict message. The first bit of the first byte says whether the request was HEAD.
#include "base/check.h"
#include "proxy/http/forward.h"
#include "proxy/http1/framing.h"
#include "proxy/http1/lenient.h"
#include "proxy/http1/parser.h"
#include "proxy/http1/writer.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace portcullis::http1 {
namespace {

constexpr HeadLimits kWide{
    .start_line_bytes = 1U << 16U, .header_bytes = 1U << 17U, .fields = 1000};

bool same(const http::ResponseHead& left, const http::ResponseHead& right) {
    return left.status == right.status && left.reason == right.reason &&
           std::equal(left.fields.begin(), left.fields.end(), right.fields.begin(),
                      right.fields.end(), [](const auto& a, const auto& b) {
                          return http::same_name(a.name, b.name) && a.value == b.value;
                      });
}

std::size_t end_of(std::string_view bytes, std::size_t piece) {
    LenientSection section{LenientSection::Part::head};
    for (std::size_t size = piece; size < bytes.size(); size += piece) {
        if (section.feed(bytes.substr(0, size))) {
            return section.consumed();
        }
    }
    return section.feed(bytes) ? section.consumed() : 0;
}

// What the strict parser takes is read as it reads it. Its framing is compared as well, for equal
// fields are joined.
void check_strict(std::string_view bytes, std::size_t end, const ResponseParser& lenient,
                  const Framing& framing, bool to_head) {
    ResponseParser strict;
    if (strict.feed(bytes, kWide) != Step::done) {
        return;
    }
    const Framing judged = response_framing(strict.head(), to_head);
    CHECK(strict.consumed() == end && "the head ends at the same byte");
    if (strict.head().status < 200 || strict.head().status == 204) {
        return;  // their framing fields are not looked at, for nobody gets to see them
    }
    CHECK((judged.refusal != http::Refusal::none ||
           (same(strict.head(), lenient.head()) && judged.kind == framing.kind &&
            judged.length == framing.length)) &&
          "leniency changes nothing that is taken without it");
}

void check_rewritten(const ResponseParser& parser, const Framing& framing, bool to_head) {
    http::FieldList fields;
    std::string written;
    write_answer(written, http::forward_answer(fields, parser.head(), "id", body_of(framing)),
                 {.close = framing.kind == BodyKind::until_close,
                  .chunked = framing.kind == BodyKind::chunked});
    ResponseParser again;
    CHECK(again.feed(written, kWide) == Step::done && again.consumed() == written.size() &&
          "what we write is one head and nothing else");
    const Framing reframed = response_framing(again.head(), to_head);
    CHECK(reframed.refusal == http::Refusal::none && reframed.kind == framing.kind &&
          reframed.length == framing.length && "what we write is framed the same");
}

void check(std::string_view bytes, bool to_head) {
    const std::size_t end = end_of(bytes, bytes.size());
    for (const std::size_t piece :
         {std::size_t{1}, 1 + std::hash<std::string_view>{}(bytes) % 64}) {
        CHECK(end_of(bytes, piece) == end && "a split changes no end");
    }
    if (end == 0) {
        return;
    }
    const std::string text = repaired(bytes.substr(0, end), LenientSection::Part::head);
    CHECK(text.ends_with("\r\n\r\n") && "it has an end");
    ResponseParser parser;
    const Step step = parser.feed(text, kWide);
    CHECK(step != Step::more && "the strict parser sees the end as well");
    if (step != Step::done) {
        ResponseParser strict;
        CHECK(strict.feed(bytes, kWide) != Step::done && "what is strict stays so");
        return;
    }
    CHECK(parser.consumed() == text.size() && "it is one head and nothing else");
    CHECK(repaired(text, LenientSection::Part::head) == text && "there is nothing left to repair");
    const Framing framing = response_framing(parser.head(), to_head);
    check_strict(bytes, end, parser, framing, to_head);
    if (framing.refusal == http::Refusal::none) {
        check_rewritten(parser, framing, to_head);
    }
}

}  // namespace
}  // namespace portcullis::http1

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size > 1) {
        portcullis::http1::check({reinterpret_cast<const char*>(data) + 1, size - 1},
                                 (data[0] & 1U) != 0);
    }
    return 0;
}
