#include "proxy/http1/parser.h"

#include "tests/proxy/http1/cases.h"
#include "tests/proxy/http1/judge.h"

#include <gtest/gtest.h>

#include <memory>

namespace portcullis::http1 {
namespace {

using http::Refusal;

constexpr HeadLimits kLimits;

Refusal refusal_of(std::string_view bytes, const HeadLimits& limits) {
    RequestParser parser;
    return parser.feed(bytes, limits) == Step::failed ? parser.refusal() : Refusal::none;
}

TEST(RequestParser, JudgesEachCaseAsTheTableSays) {
    for (const HeadCase& c : head_cases()) {
        const Judgement got = judge(c.bytes);
        EXPECT_EQ(http::name(got.refusal), http::name(c.want)) << c.name;
        EXPECT_TRUE(got.complete || c.want != Refusal::none) << c.name;
    }
}

TEST(RequestParser, JudgesAlikeHoweverTheBytesAreSplit) {
    for (const HeadCase& c : head_cases()) {
        const Judgement whole = judge(c.bytes);
        // Every split of a long case would take minutes and meet no branch that a short one does
        // not.
        const std::size_t step = c.bytes.size() < 600 ? 1 : c.bytes.size() / 60;
        for (std::size_t at = 0; at < c.bytes.size(); at += step) {
            const Judgement split = judge(c.bytes, at, c.bytes.size());
            ASSERT_EQ(http::name(split.refusal), http::name(c.want))
                << c.name << " split at " << at;
            ASSERT_EQ(split.consumed, whole.consumed) << c.name << " split at " << at;
        }
        const Judgement slow = judge(c.bytes, 1, c.bytes.size() < 600 ? 1 : 97);
        EXPECT_EQ(http::name(slow.refusal), http::name(c.want)) << c.name;
        EXPECT_EQ(slow.consumed, whole.consumed) << c.name;
        EXPECT_EQ(slow.body, whole.body) << c.name;
    }
}

TEST(RequestParser, WantsMoreOfEveryTruncationOfAGoodHead) {
    for (const HeadCase& c : head_cases()) {
        if (c.want != Refusal::none || c.bytes.size() > 600) {
            continue;
        }
        const std::size_t head = judge(c.bytes).consumed;
        for (std::size_t size = 0; size < head; ++size) {
            const std::vector<char> exact(c.bytes.begin(),
                                          c.bytes.begin() + static_cast<std::ptrdiff_t>(size));
            RequestParser parser;
            ASSERT_EQ(parser.feed({exact.data(), exact.size()}, kLimits), Step::more)
                << c.name << " cut at " << size;
        }
    }
}

TEST(RequestParser, GivesViewsOfEveryPart) {
    const std::string bytes =
        "PUT /a/b?c=d?e HTTP/1.1\r\nHost: a.example:8443\r\nX-One: \t 1 2\t\r\nx-two:\r\n\r\nrest";
    RequestParser parser;
    ASSERT_EQ(parser.feed(bytes, kLimits), Step::done);
    const http::RequestHead& head = parser.head();
    EXPECT_EQ(head.method, "PUT");
    EXPECT_EQ(head.target, "/a/b?c=d?e");
    EXPECT_EQ(head.path, "/a/b");
    EXPECT_EQ(head.query, "?c=d?e");
    EXPECT_EQ(head.authority, "a.example:8443");
    EXPECT_EQ(head.minor_version, 1);
    ASSERT_EQ(head.fields.size(), 3U);
    EXPECT_EQ(head.fields[1].name, "X-One");
    EXPECT_EQ(head.fields[1].value, "1 2");
    EXPECT_EQ(head.fields[2].name, "x-two");
    EXPECT_EQ(head.fields[2].value, "");
    EXPECT_EQ(parser.consumed(), bytes.size() - 4);
}

TEST(RequestParser, SplitsTheThreeFormsOfTarget) {
    struct Case {
        const char* line;
        const char* path;
        const char* query;
    };

    for (const Case& c : {Case{"GET /?q", "/", "?q"}, Case{"GET https://h/p?q", "/p", "?q"},
                          Case{"GET http://h", "/", ""}, Case{"GET https://h?q/r", "/", "?q/r"},
                          Case{"OPTIONS *", "", ""}, Case{"GET //p", "//p", ""}}) {
        const std::string bytes = std::string{c.line} + " HTTP/1.0\r\nHost: h\r\n\r\n";
        RequestParser parser;
        ASSERT_EQ(parser.feed(bytes, kLimits), Step::done) << c.line;
        EXPECT_EQ(parser.head().path, c.path) << c.line;
        EXPECT_EQ(parser.head().query, c.query) << c.line;
        EXPECT_EQ(parser.head().minor_version, 0) << c.line;
    }
}

// The old buffer is freed before the new one is looked at, so that a view left behind is a use
// after free.
TEST(RequestParser, FollowsABufferThatMovesAtEveryByte) {
    const std::string bytes = "GET /path?q HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\nX-B: 2\r\n\r\n";
    RequestParser parser;
    std::unique_ptr<char[]> buffer;
    for (std::size_t size = 1; size <= bytes.size(); ++size) {
        auto moved = std::make_unique<char[]>(size);
        std::copy_n(bytes.begin(), size, moved.get());
        buffer = std::move(moved);
        ASSERT_EQ(parser.feed({buffer.get(), size}, kLimits),
                  size < bytes.size() ? Step::more : Step::done);
    }
    const http::RequestHead& head = parser.head();
    EXPECT_EQ(head.method, "GET");
    EXPECT_EQ(head.path, "/path");
    EXPECT_EQ(head.query, "?q");
    EXPECT_EQ(head.authority, "a.example");
    ASSERT_EQ(head.fields.size(), 3U);
    EXPECT_EQ(head.fields[0].value, "a.example");
    EXPECT_EQ(head.fields[2].name, "X-B");
    EXPECT_EQ(head.fields[2].value, "2");
}

TEST(RequestParser, GivesTheAuthorityInItsPlainForm) {
    const std::pair<const char*, const char*> cases[] = {
        {"A.example:", "A.example"},
        {"a.example:00443", "a.example:443"},
        {"[::1]:", "[::1]"},
        {"[::1]:080", "[::1]:80"},
        {"[2001:db8::1]", "[2001:db8::1]"},
        {"a.example:8443", "a.example:8443"},
        {"long.name.of.a.host.example:00000001", "long.name.of.a.host.example:1"}};
    RequestParser parser;
    for (const auto& [written, plain] : cases) {
        parser.reset();
        const std::string bytes = "GET / HTTP/1.1\r\nHost: " + std::string{written} + "\r\n\r\n";
        ASSERT_EQ(parser.feed(bytes, kLimits), Step::done) << written;
        EXPECT_EQ(parser.head().authority, plain);
    }
    parser.reset();
    ASSERT_EQ(parser.feed("GET / HTTP/1.0\r\n\r\n", kLimits), Step::done);
    EXPECT_EQ(parser.head().authority, "") << "its owner must name one";
}

TEST(RequestParser, StopsAtTheEndOfItsHeadAndStartsAfreshAfterReset) {
    const std::string first = "GET /1 HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n";
    const std::string both = first + "GET /2 HTTP/1.1\r\nHost: b\r\n\r\n";
    RequestParser parser;
    ASSERT_EQ(parser.feed(both, kLimits), Step::done);
    ASSERT_EQ(parser.consumed(), first.size());
    const std::size_t capacity = parser.head().fields.capacity();
    parser.reset();
    ASSERT_EQ(parser.feed(std::string_view{both}.substr(first.size()), kLimits), Step::done);
    EXPECT_EQ(parser.head().path, "/2");
    EXPECT_EQ(parser.head().authority, "b");
    EXPECT_EQ(parser.head().fields.size(), 1U);
    EXPECT_EQ(parser.head().fields.capacity(), capacity);
}

TEST(RequestParser, StaysFailed) {
    RequestParser parser;
    ASSERT_EQ(parser.feed("GET / HTTP/1.1\r\nX\r\n", kLimits), Step::failed);
    EXPECT_EQ(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", kLimits), Step::failed);
    EXPECT_EQ(parser.refusal(), Refusal::bad_field_name);
    parser.reset();
    EXPECT_EQ(parser.feed("GET / HTTP/1.1\r\nHost: a\r\n\r\n", kLimits), Step::done);
}

TEST(RequestParser, KeepsTheLimitOfTheRequestLineToTheByte) {
    const std::string bytes = "GET /12345 HTTP/1.1\r\nHost: a\r\n\r\n";  // a line of 19 bytes
    EXPECT_EQ(refusal_of(bytes, {.start_line_bytes = 18}), Refusal::request_line_too_long);
    EXPECT_EQ(refusal_of(bytes, {.start_line_bytes = 19}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes, {.start_line_bytes = 20}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes.substr(0, 18), {.start_line_bytes = 18}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes.substr(0, 19), {.start_line_bytes = 18}),
              Refusal::request_line_too_long);
}

TEST(RequestParser, KeepsTheLimitOfTheHeadersToTheByte) {
    const std::string line = "GET / HTTP/1.1\r\n";
    const std::string bytes = line + "Host: a\r\nX: 12345\r\n\r\n";  // fields of 9 and 10 bytes
    EXPECT_EQ(refusal_of(bytes, {.header_bytes = 18}), Refusal::header_too_long);
    EXPECT_EQ(refusal_of(bytes, {.header_bytes = 19}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes, {.header_bytes = 20}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes, {.header_bytes = 9}), Refusal::header_too_long);
    EXPECT_EQ(refusal_of(line + "Host: a\r\nX: 1234", {.header_bytes = 18}), Refusal::none);
    EXPECT_EQ(refusal_of(line + "Host: a\r\nX: 123456", {.header_bytes = 18}),
              Refusal::header_too_long);
}

TEST(RequestParser, KeepsTheLimitOfFieldsToTheField) {
    const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\nX: 2\r\n\r\n";
    EXPECT_EQ(refusal_of(bytes, {.fields = 2}), Refusal::too_many_fields);
    EXPECT_EQ(refusal_of(bytes, {.fields = 3}), Refusal::none);
    EXPECT_EQ(refusal_of(bytes, {.fields = 4}), Refusal::none);
}

struct AnswerCase {
    const char* name;
    std::string bytes;
    Refusal want;
};

const std::vector<AnswerCase>& answer_cases() {
    static const std::vector<AnswerCase> cases = {
        {"plain", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n", Refusal::none},
        {"http 1.0", "HTTP/1.0 200 OK\r\n\r\n", Refusal::none},
        {"no reason", "HTTP/1.1 200 \r\n\r\n", Refusal::none},
        {"reason with spaces and obs-text", "HTTP/1.1 404 Not  caf\xe9\r\n\r\n", Refusal::none},
        {"status 999", "HTTP/1.1 999 Denied\r\n\r\n", Refusal::none},
        {"no reason and no space", "HTTP/1.1 200\r\n\r\n", Refusal::none},
        {"http 1.2", "HTTP/1.2 200 OK\r\n\r\n", Refusal::none},
        {"http 1.10", "HTTP/1.10 200 OK\r\n\r\n", Refusal::bad_status_line},
        {"tab behind the status", "HTTP/1.1 200\tOK\r\n\r\n", Refusal::bad_status_line},
        {"no status", "HTTP/1.1 \r\n\r\n", Refusal::bad_status_line},
        {"two digits", "HTTP/1.1 20 OK!\r\n\r\n", Refusal::bad_status_line},
        {"four digits", "HTTP/1.1 2000 OK\r\n\r\n", Refusal::bad_status_line},
        {"status 099", "HTTP/1.1 099 OK\r\n\r\n", Refusal::bad_status_line},
        {"letters for status", "HTTP/1.1 abc OK\r\n\r\n", Refusal::bad_status_line},
        {"two spaces", "HTTP/1.1  200 OK\r\n\r\n", Refusal::bad_status_line},
        {"nul in the reason", std::string("HTTP/1.1 200 O\0K\r\n\r\n", 20),
         Refusal::bad_status_line},
        {"empty line first", "\r\nHTTP/1.1 200 OK\r\n\r\n", Refusal::bad_status_line},
        {"a request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", Refusal::bad_status_line},
        {"http 2.0", "HTTP/2.0 200 OK\r\n\r\n", Refusal::bad_version},
        {"icy", "ICY 200 OK long enough\r\n\r\n", Refusal::bad_status_line},
        {"bare lf", "HTTP/1.1 200 OK\nX: y\r\n\r\n", Refusal::bare_lf},
        {"bare cr", "HTTP/1.1 200 OK\rX: y\r\n\r\n", Refusal::bare_cr},
        {"fold", "HTTP/1.1 200 OK\r\nX: y\r\n z\r\n\r\n", Refusal::obs_fold},
        {"space before colon", "HTTP/1.1 200 OK\r\nX : y\r\n\r\n", Refusal::space_before_colon},
        {"control in a value", "HTTP/1.1 200 OK\r\nX: \x01\r\n\r\n", Refusal::bad_field_value},
        {"line too long", "HTTP/1.1 200 " + std::string(kLimits.start_line_bytes, 'r'),
         Refusal::bad_status_line},
    };
    return cases;
}

TEST(ResponseParser, JudgesEachCaseAlikeHoweverItIsSplit) {
    for (const AnswerCase& c : answer_cases()) {
        for (std::size_t at = 0; at <= c.bytes.size(); at += c.bytes.size() < 600 ? 1 : 101) {
            ResponseParser parser;
            const std::vector<char> first(c.bytes.begin(),
                                          c.bytes.begin() + static_cast<std::ptrdiff_t>(at));
            Step step = parser.feed({first.data(), first.size()}, kLimits);
            if (step == Step::more) {
                step = parser.feed(c.bytes, kLimits);
            }
            ASSERT_EQ(step, c.want == Refusal::none ? Step::done : Step::failed)
                << c.name << " split at " << at;
            ASSERT_EQ(http::name(parser.refusal()), http::name(c.want))
                << c.name << " split at " << at;
        }
    }
}

TEST(ResponseParser, GivesViewsOfEveryPart) {
    const std::string bytes = "HTTP/1.0 503 Try later\r\nRetry-After: 5\r\n\r\nbody";
    ResponseParser parser;
    ASSERT_EQ(parser.feed(bytes.substr(0, 30), kLimits), Step::more);
    ASSERT_EQ(parser.feed(bytes, kLimits), Step::done);
    EXPECT_EQ(parser.head().status, 503);
    EXPECT_EQ(parser.head().reason, "Try later");
    EXPECT_EQ(parser.head().minor_version, 0);
    ASSERT_NE(parser.head().find("retry-after"), nullptr);
    EXPECT_EQ(parser.head().find("retry-after")->value, "5");
    EXPECT_EQ(parser.consumed(), bytes.size() - 4);
    parser.reset();
    EXPECT_TRUE(parser.head().fields.empty());
    for (const char* line : {"HTTP/1.1 200 \r\n\r\n", "HTTP/1.1 200\r\n\r\n"}) {
        parser.reset();
        EXPECT_EQ(parser.feed(line, kLimits), Step::done);
        EXPECT_EQ(parser.head().reason, "");
    }
}

}  // namespace
}  // namespace portcullis::http1
