#include "proxy/http2/head.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace portcullis::http2 {
namespace {

using http::Refusal;
using Section = std::vector<std::pair<std::string, std::string>>;

Section get(Section more = {}) {
    Section section{
        {":method", "GET"}, {":scheme", "https"}, {":path", "/a?b"}, {":authority", "a.example"}};
    section.insert(section.end(), more.begin(), more.end());
    return section;
}

// The section with another value for one name, or without it.
Section get_with(const std::string& name, const std::string& value) {
    Section section = get();
    for (auto& field : section) {
        if (field.first == name) {
            field.second = value;
        }
    }
    return section;
}

Section get_without(const std::string& name) {
    Section section = get();
    std::erase_if(section, [&](const auto& field) { return field.first == name; });
    return section;
}

void add(Head& head, const Section& section, const HeadLimits& limits = {}) {
    for (const auto& [name, value] : section) {
        const std::string name_copy{name};  // gone before the section is complete
        head.add(name_copy, std::string{value}, limits);
    }
}

Refusal judge(const Section& section, const HeadLimits& limits = {}) {
    Head head;
    add(head, section, limits);
    head.finish_request();
    return head.refusal();
}

TEST(Http2Head, ARequestIsWhatItsPseudoHeadersSay) {
    Head head;
    add(head, get({{"accept", "*/*"}, {"empty", ""}}));
    head.finish_request();
    EXPECT_EQ(head.refusal(), Refusal::none);
    const http::RequestHead& request = head.request();
    EXPECT_EQ(request.major_version, 2);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/a?b");
    EXPECT_EQ(request.path, "/a");
    EXPECT_EQ(request.query, "?b");
    EXPECT_EQ(request.authority, "a.example");
    ASSERT_EQ(request.fields.size(), 2U);
    EXPECT_EQ(request.fields[0].value, "*/*");
    EXPECT_FALSE(head.length());
}

TEST(Http2Head, RefusesByName) {
    struct Case {
        const char* name;
        Section section;
        Refusal refusal;
    };

    const Case cases[] = {
        {"fine", get(), Refusal::none},
        {"upper case in a name", get({{"Accept", "a"}}), Refusal::bad_field_name},
        {"empty name", get({{"", "a"}}), Refusal::bad_field_name},
        {"space in a name", get({{"a b", "a"}}), Refusal::bad_field_name},
        {"colon in a name", get({{"a:b", "a"}}), Refusal::bad_field_name},
        {"line feed in a value", get({{"a", "b\nc: d"}}), Refusal::bad_field_value},
        {"carriage return in a value", get({{"a", "b\r"}}), Refusal::bad_field_value},
        {"zero byte in a value", get({{"a", std::string{"b\0c", 3}}}), Refusal::bad_field_value},
        {"space before a value", get({{"a", " b"}}), Refusal::bad_field_value},
        {"tab behind a value", get({{"a", "b\t"}}), Refusal::bad_field_value},
        {"connection", get({{"connection", "close"}}), Refusal::connection_field},
        {"keep-alive", get({{"keep-alive", "1"}}), Refusal::connection_field},
        {"proxy-connection", get({{"proxy-connection", "x"}}), Refusal::connection_field},
        {"transfer-encoding", get({{"transfer-encoding", "chunked"}}), Refusal::connection_field},
        {"upgrade", get({{"upgrade", "websocket"}}), Refusal::connection_field},
        {"te trailers", get({{"te", "trailers"}}), Refusal::none},
        {"te gzip", get({{"te", "gzip"}}), Refusal::connection_field},
        {"te with more", get({{"te", "trailers, gzip"}}), Refusal::connection_field},
        {"no method", get_without(":method"), Refusal::bad_pseudo_header},
        {"no scheme", get_without(":scheme"), Refusal::bad_pseudo_header},
        {"no path", get_without(":path"), Refusal::bad_pseudo_header},
        {"no authority", get_without(":authority"), Refusal::missing_host},
        {"doubled", get({{":path", "/"}}), Refusal::bad_pseudo_header},
        {"unknown", get({{":what", "/"}}), Refusal::bad_pseudo_header},
        {"of an answer", get({{":status", "200"}}), Refusal::bad_pseudo_header},
        {"behind a field",
         {{":method", "GET"}, {"a", "b"}, {":path", "/"}},
         Refusal::bad_pseudo_header},
        {"plain http", get_with(":scheme", "http"), Refusal::none},
        {"another scheme", get_with(":scheme", "ftp"), Refusal::bad_pseudo_header},
        {"empty scheme", get_with(":scheme", ""), Refusal::bad_pseudo_header},
        {"empty port", get_with(":authority", "a.example:"), Refusal::none},
        {"zeros before the port", get_with(":authority", "a.example:0443"), Refusal::none},
        {"keep.alive", get({{"keep.alive", "1"}}), Refusal::none},
        {"method with space", get_with(":method", "GET /"), Refusal::bad_method},
        {"empty method", get_with(":method", ""), Refusal::bad_method},
        {"long method", get_with(":method", std::string(33, 'A')), Refusal::bad_method},
        {"connect", get_with(":method", "CONNECT"), Refusal::bad_method},
        {"protocol without connect", get({{":protocol", "websocket"}}), Refusal::bad_pseudo_header},
        {"empty path", get_with(":path", ""), Refusal::bad_target},
        {"path without slash", get_with(":path", "a"), Refusal::bad_target},
        {"absolute path", get_with(":path", "https://a.example/"), Refusal::bad_target},
        {"star with get", get_with(":path", "*"), Refusal::bad_target},
        {"space in path", get_with(":path", "/a b"), Refusal::bad_target},
        {"line in path", get_with(":path", "/ HTTP/1.1\r\nX: y"), Refusal::bad_target},
        {"fragment", get_with(":path", "/#a"), Refusal::bad_target},
        {"userinfo", get_with(":authority", "u@a.example"), Refusal::bad_host},
        {"path in authority", get_with(":authority", "a/b"), Refusal::bad_host},
        {"line in authority", get_with(":authority", "a\r\nX: y"), Refusal::bad_host},
        {"same host", get({{"host", "A.example:443"}}), Refusal::none},
        {"another host", get({{"host", "b.example"}}), Refusal::host_differs_from_target},
        {"another port", get({{"host", "a.example:8443"}}), Refusal::host_differs_from_target},
        {"two hosts", get({{"host", "a.example"}, {"host", "a.example"}}), Refusal::double_host},
        {"empty host", get({{"host", ""}}), Refusal::bad_host},
        {"length", get({{"content-length", "5"}}), Refusal::none},
        {"two lengths", get({{"content-length", "5"}, {"content-length", "5"}}),
         Refusal::bad_length},
        {"differing lengths", get({{"content-length", "5"}, {"content-length", "6"}}),
         Refusal::differing_lengths},
        {"signed length", get({{"content-length", "+5"}}), Refusal::bad_length},
        {"length out of range", get({{"content-length", "9223372036854775808"}}),
         Refusal::bad_length},
        {"list of lengths", get({{"content-length", "5, 5"}}), Refusal::bad_length},
    };
    for (const Case& c : cases) {
        EXPECT_EQ(http::name(judge(c.section)), http::name(c.refusal)) << c.name;
    }
}

TEST(Http2Head, HostStandsInForAuthority) {
    Section section = get_without(":authority");
    section.emplace_back("host", "b.example");
    Head head;
    add(head, section);
    head.finish_request();
    EXPECT_EQ(head.refusal(), Refusal::none);
    EXPECT_EQ(head.request().authority, "b.example");
}

TEST(Http2Head, OptionsMayAskAboutTheServerAsAWhole) {
    Section section = get_with(":path", "*");
    section[0].second = "OPTIONS";
    EXPECT_EQ(judge(section), Refusal::none);
}

TEST(Http2Head, ExtendedConnectAsksForWebSocketAndNothingElse) {
    Section section = get_with(":method", "CONNECT");
    section.emplace_back(":protocol", "websocket");
    EXPECT_EQ(judge(section), Refusal::none);
    // A tunnel has no body, and must not announce one, however short.
    for (const char* length : {"0", "5", "00", "18446744073709551615", "x"}) {
        Section with_length = section;
        with_length.emplace_back("content-length", length);
        EXPECT_NE(judge(with_length), Refusal::none) << length;
    }
    Section with_length = section;
    with_length.emplace_back("content-length", "0");
    EXPECT_EQ(judge(with_length), Refusal::tunnel_with_length);
    section.back().second = "connect-udp";
    EXPECT_EQ(judge(section), Refusal::bad_method);
    EXPECT_EQ(judge({{":method", "CONNECT"}, {":authority", "a.example:443"}}),
              Refusal::bad_pseudo_header);
}

TEST(Http2Head, CrumbsOfACookieBecomeOneField) {
    Head head;
    add(head, get({{"cookie", "a=1"}, {"accept", "x"}, {"cookie", "b=2"}, {"cookie", "c=3"}}));
    head.finish_request();
    ASSERT_EQ(head.request().fields.size(), 2U);
    EXPECT_EQ(head.request().find("cookie")->value, "a=1; b=2; c=3");
}

TEST(Http2Head, EmptyCrumbsLeaveNoSpaceBehind) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"a=1", ""}, "a=1"},         {{"", "a=1"}, "a=1"}, {{"a=1", "", "b=2", ""}, "a=1; b=2"},
        {{"a=1", "", "", ""}, "a=1"}, {{"", "", ""}, ""},   {{""}, ""},
    };
    for (const auto& [crumbs, joined] : cases) {
        Section section = get();
        for (const std::string& crumb : crumbs) {
            section.emplace_back("cookie", crumb);
        }
        Head head;
        add(head, section);
        head.finish_request();
        ASSERT_EQ(head.request().fields.size(), 1U);
        EXPECT_EQ(head.request().find("cookie")->value, joined) << testing::PrintToString(crumbs);
    }
}

TEST(Http2Head, LimitsHoldToTheByte) {
    const HeadLimits limits{.header_bytes = 100, .fields = 3, .path_bytes = 20};
    const auto of_bytes = [](std::size_t bytes) { return std::string(bytes - 5, 'x'); };
    EXPECT_EQ(judge(get({{"a", of_bytes(100)}}), limits), Refusal::none);
    EXPECT_EQ(judge(get({{"a", of_bytes(101)}}), limits), Refusal::header_too_long);
    EXPECT_EQ(judge(get({{"a", ""}, {"b", ""}, {"c", ""}}), limits), Refusal::none);
    EXPECT_EQ(judge(get({{"a", ""}, {"b", ""}, {"c", ""}, {"d", ""}}), limits),
              Refusal::too_many_fields);
    EXPECT_EQ(judge(get_with(":path", "/" + std::string(19, 'x')), limits), Refusal::none);
    EXPECT_EQ(judge(get_with(":path", "/" + std::string(20, 'x')), limits),
              Refusal::request_line_too_long);
    EXPECT_EQ(judge(get_with(":authority", std::string(200, 'x')), limits),
              Refusal::header_too_long);
}

// Crumbs are one field, but each of their bytes counts.
TEST(Http2Head, CrumbsAreLimitedByTheirBytes) {
    const HeadLimits limits{.header_bytes = 100, .fields = 1, .path_bytes = 100};
    Section section = get();
    for (int i = 0; i < 7; ++i) {
        section.emplace_back("cookie", "a=1");
    }
    EXPECT_EQ(judge(section, limits), Refusal::none);
    section.emplace_back("cookie", "a=1");
    EXPECT_EQ(judge(section, limits), Refusal::header_too_long);
}

TEST(Http2Head, ARefusedRequestStillSaysWhatItWas) {
    Head head;
    add(head, get({{"Accept", "a"}}));
    head.finish_request();
    EXPECT_EQ(head.request().method, "GET");
    EXPECT_EQ(head.request().path, "/a");
}

TEST(Http2Head, AnAnswerIsItsStatusAndNothingElse) {
    struct Case {
        Section section;
        int status;
    };

    const Case cases[] = {{{{":status", "204"}}, 204},
                          {{{":status", "100"}}, 100},
                          {{{":status", "101"}}, 0},
                          {{{":status", "20"}}, 0},
                          {{{":status", "2000"}}, 0},
                          {{{":status", "099"}}, 0},
                          {{{":status", "2x0"}}, 0},
                          {{{":status", "200"}, {":path", "/"}}, 0},
                          {{{":status", "200"}, {"connection", "close"}}, 0},
                          {{{"a", "b"}}, 0}};
    for (const Case& c : cases) {
        Head head;
        add(head, c.section);
        head.finish_response();
        EXPECT_EQ(head.refusal() == Refusal::none ? head.response().status : 0, c.status);
    }
}

TEST(Http2Head, TrailersCarryNothingThatBelongsInAHead) {
    Head head;
    add(head, {{"grpc-status", "0"}, {"content-length", "5"}, {"authorization", "x"}});
    head.finish_trailers();
    EXPECT_EQ(head.refusal(), Refusal::none);
    ASSERT_EQ(head.trailers().size(), 1U);
    EXPECT_EQ(head.trailers()[0].name, "grpc-status");
    Head pseudo;
    add(pseudo, {{":status", "200"}});
    pseudo.finish_trailers();
    EXPECT_EQ(pseudo.refusal(), Refusal::bad_trailer);
}

}  // namespace
}  // namespace portcullis::http2
