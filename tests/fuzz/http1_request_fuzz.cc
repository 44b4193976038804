// A request head has one reading: the same in one piece and in many, the same after we wrote it for
// an origin, and the same to Boost.Beast.
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
const http::ClientFacts kStranger{
    .address = {}, .trusted = false, .request_id = "id", .address_text = "::1"};
const http::ClientFacts kTrusted{
    .address = {}, .trusted = true, .request_id = "id", .address_text = "::1"};

bool same(const std::vector<http::Field>& left, const std::vector<http::Field>& right) {
    return std::equal(
        left.begin(), left.end(), right.begin(), right.end(),
        [](const auto& a, const auto& b) { return a.name == b.name && a.value == b.value; });
}

bool same(const http::RequestHead& left, const http::RequestHead& right) {
    return left.method == right.method && left.target == right.target && left.path == right.path &&
           left.query == right.query && left.authority == right.authority &&
           left.minor_version == right.minor_version && same(left.fields, right.fields);
}

void check_split(std::string_view bytes, std::size_t piece, Step want, const RequestParser& whole) {
    RequestParser parser;
    Step step = Step::more;
    std::vector<char> moved;  // before the head is compared, for its views are of the last buffer
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
    CHECK((step != Step::done ||
           (parser.consumed() == whole.consumed() && same(parser.head(), whole.head()))) &&
          "a split changes no head");
}

std::string rewritten(const http::RequestHead& head, const http::ClientFacts& facts,
                      const Framing& framing) {
    http::FieldList fields;
    std::string out;
    write_request(out, http::forward_request(fields, head, head.path, facts, body_of(framing), {}));
    return out;
}

// Via tells how often a request has passed us: it grows with each.
http::RequestHead without_via(http::RequestHead head) {
    std::erase_if(head.fields,
                  [](const auto& field) { return http::same_name(field.name, "Via"); });
    return head;
}

void check_rewritten(const RequestParser& parser, const http::ClientFacts& facts) {
    const http::RequestHead& head = parser.head();
    const Framing framing = request_framing(head);
    const std::string once = rewritten(head, facts, framing);
    RequestParser again;
    CHECK(again.feed(once, kWide) == Step::done && again.consumed() == once.size() &&
          "what we write is a head");
    CHECK(again.head().method == head.method && again.head().path == head.path &&
          again.head().query == head.query && again.head().authority == head.authority &&
          "what we write means the same");
    const Framing reframed = request_framing(again.head());
    CHECK(reframed.refusal == http::Refusal::none && reframed.kind == framing.kind &&
          reframed.length == framing.length && "what we write is framed the same");
    if (facts.trusted || head.minor_version == 0) {
        return;  // a trusted client's lists grow, and Via names the version
    }
    const std::string first = rewritten(without_via(head), facts, framing);
    const std::string second = rewritten(without_via(again.head()), facts, reframed);
    CHECK(second == first && "there is nothing left to remove");
}

void check_oracle(std::string_view bytes, const RequestParser& parser) {
    const http::RequestHead& head = parser.head();
    // Beast does not skip the empty line that RFC 9112, 2.2 lets us skip.
    const std::size_t skipped = bytes.starts_with("\r\n") ? 2 : 0;
    beast::request_parser<beast::empty_body> theirs;
    unlimit(theirs);
    theirs.eager(false);
    boost::system::error_code error;
    std::string known{bytes.substr(skipped, parser.consumed() - skipped)};
    char& minor = known[known.find("\r\n") - 1];
    minor = std::min(minor, '1');  // Beast knows no later one
    const std::size_t consumed = theirs.put(buffer_of(known), error);
    if (is_tolerated(error, head.fields)) {
        return;
    }
    CHECK(!error && "Beast accepts it");
    CHECK(theirs.is_header_done() && consumed + skipped == parser.consumed() &&
          "the head ends at the same byte");
    CHECK(view(theirs.get().method_string()) == head.method && "the method is the same");
    CHECK(view(theirs.get().target()) == head.target && "the target is the same");
    CHECK(theirs.get().version() == 10U + static_cast<unsigned>(head.minor_version) &&
          "the version is the same");
    CHECK(same_fields(head.fields, theirs.get().base()) && "the fields are the same");
    CHECK(same_length(request_framing(head), theirs) && "the body's length is the same");
    CHECK(theirs.keep_alive() == keeps_alive(head) && "the connection lives as long");
}

void check(std::string_view bytes) {
    RequestParser parser;
    const Step step = parser.feed(bytes, kLimits);
    const std::size_t random = std::hash<std::string_view>{}(bytes);
    check_split(bytes, 1 + random % 64, step, parser);
    if (bytes.size() < 300) {
        check_split(bytes, 1, step, parser);
    }
    if (step != Step::done || request_framing(parser.head()).refusal != http::Refusal::none) {
        return;
    }
    if (parser.head().authority.empty()) {
        CHECK(parser.head().minor_version == 0 && parser.head().find("Host") == nullptr &&
              "only HTTP/1.0 may leave its host to the connection");
        parser.head().authority = "a.example";
        parser.head().fields.push_back({"Host", "a.example"});
        return check_rewritten(parser, kStranger);
    }
    check_rewritten(parser, kStranger);
    check_rewritten(parser, kTrusted);
    check_oracle(bytes, parser);
}

}  // namespace
}  // namespace portcullis::http1

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    portcullis::http1::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
