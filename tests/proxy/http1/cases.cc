#include "tests/proxy/http1/cases.h"

#include "proxy/http1/parser.h"

#include <cstddef>

namespace portcullis::http1 {
namespace {

using http::Refusal;
using namespace std::string_literals;

constexpr HeadLimits kLimits;

// A request with these field lines behind its Host.
std::string get(const std::string& lines) {
    return "GET / HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n";
}

std::string line(const std::string& request_line) {
    return request_line + "\r\nHost: a.example\r\n\r\n";
}

std::string host(const std::string& value) {
    return "GET / HTTP/1.1\r\nHost: " + value + "\r\n\r\n";
}

std::string target(const std::string& text, const std::string& host_value) {
    return "GET " + text + " HTTP/1.1\r\nHost: " + host_value + "\r\n\r\n";
}

std::string post(const std::string& lines, const std::string& body) {
    return "POST /p HTTP/1.1\r\nHost: a.example\r\n" + lines + "\r\n" + body;
}

std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}

std::string request_line_of(std::size_t bytes) {
    return "GET /" + std::string(bytes - 14, 'a') + " HTTP/1.1";
}

// Host included, that many bytes of field lines.
std::string headers_of(std::size_t bytes) {
    return get("X: " + std::string(bytes - 17 - 5, 'v') + "\r\n");
}

std::string fields_of(std::size_t count) {
    std::string lines;
    for (std::size_t i = 1; i < count; ++i) {
        lines += "X: v\r\n";
    }
    return get(lines);
}

std::vector<HeadCase> make() {
    const std::string smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.example\r\n\r\n";
    return {
        // What must go through.
        {"plain get", get(""), Refusal::none},
        {"browser fields",
         get("User-Agent: Mozilla/5.0 (X11)\r\nAccept: */*\r\nCookie: a=b; c=\"d\"\r\n"),
         Refusal::none},
        {"empty line before the request", "\r\n" + get(""), Refusal::none},
        {"http 1.0 with host", line("GET / HTTP/1.0"), Refusal::none},
        {"http 1.2", line("GET / HTTP/1.2"), Refusal::none},
        {"http 1.9", line("GET / HTTP/1.9"), Refusal::none},
        {"no host in http 1.0", "GET / HTTP/1.0\r\n\r\n", Refusal::none},
        {"host with an empty port", host("a.example:"), Refusal::none},
        {"host in brackets with an empty port", host("[::1]:"), Refusal::none},
        {"host with zeros before its port", host("a.example:0000443"), Refusal::none},
        {"empty port in the target", target("https://a.example:/", "a.example"), Refusal::none},
        {"empty value", get("X-Empty:\r\n"), Refusal::none},
        {"value of whitespace", get("X-Empty: \t \r\n"), Refusal::none},
        {"no whitespace after colon", get("X:v\r\n"), Refusal::none},
        {"tab in value", get("X: a\tb\r\n"), Refusal::none},
        {"obs-text in value", get("X: caf\xc3\xa9 \xff\r\n"), Refusal::none},
        {"colon in value", get("X: a:b\r\n"), Refusal::none},
        {"every token character in a name", get("!#$%&'*+-.^_`|~09azAZ: v\r\n"), Refusal::none},
        {"underscore in a name", get("X_Forwarded_For: 1.2.3.4\r\n"), Refusal::none},
        {"unknown method", line("BREW / HTTP/1.1"), Refusal::none},
        {"lower-case method", line("get / HTTP/1.1"), Refusal::none},
        {"method of 32 bytes", line(std::string(32, 'M') + " / HTTP/1.1"), Refusal::none},
        {"options of the server", line("OPTIONS * HTTP/1.1"), Refusal::none},
        {"target with odd printable bytes", line("GET /\"<>\\^`{|}%zz HTTP/1.1"), Refusal::none},
        {"absolute-form", target("https://a.example/x", "a.example"), Refusal::none},
        {"absolute-form without path", target("https://a.example", "a.example"), Refusal::none},
        {"absolute-form with query only", target("https://a.example?q", "a.example"),
         Refusal::none},
        {"absolute-form in other case", target("HTTPS://A.EXAMPLE/", "a.example"), Refusal::none},
        {"absolute-form with default port", target("https://a.example:443/", "a.example"),
         Refusal::none},
        {"http absolute-form, port in host", target("http://a.example/", "a.example:80"),
         Refusal::none},
        {"absolute-form of an ipv6 host", target("https://[2001:DB8::1]/", "[2001:db8:0::1]:443"),
         Refusal::none},
        {"host with port", host("a.example:8443"), Refusal::none},
        {"host in brackets", host("[::1]"), Refusal::none},
        {"host in brackets with port", host("[::1]:443"), Refusal::none},
        {"ipv4 host", host("192.0.2.1:443"), Refusal::none},
        {"host with trailing dot", host("a.example."), Refusal::none},
        {"host with underscore", host("my_app.example"), Refusal::none},
        {"length of zero", post("Content-Length: 0\r\n", ""), Refusal::none},
        {"length of five", post("Content-Length: 5\r\n", "hello"), Refusal::none},
        {"largest length", post("Content-Length: 9223372036854775807\r\n", "x"), Refusal::none},
        {"chunked body", chunked("5\r\nhello\r\n0\r\n\r\n"), Refusal::none},
        {"chunked in other case", post("transfer-encoding: Chunked\r\n", "0\r\n\r\n"),
         Refusal::none},
        {"chunk extensions", chunked("5;a;b=c;d=\"e\\\"f\"\r\nhello\r\n0;last\r\n\r\n"),
         Refusal::none},
        {"trailers", chunked("0\r\nX-Sum: 1\r\n\r\n"), Refusal::none},
        {"chunk size with leading zeros", chunked("0000000000000005\r\nhello\r\n000\r\n\r\n"),
         Refusal::none},
        {"websocket handshake", get("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"),
         Refusal::none},
        {"request line at the limit", line(request_line_of(kLimits.start_line_bytes)),
         Refusal::none},
        {"headers at the limit", headers_of(kLimits.header_bytes), Refusal::none},
        {"fields at the limit", fields_of(kLimits.fields), Refusal::none},

        // The request line.
        {"nothing but the version", line("HTTP/1.1"), Refusal::bad_request_line},
        {"http 0.9", "GET /\r\n\r\n", Refusal::bad_request_line},
        {"two spaces after the method", line("GET  / HTTP/1.1"), Refusal::bad_request_line},
        {"two spaces before the version", line("GET /  HTTP/1.1"), Refusal::bad_request_line},
        {"space at the line's end", line("GET / HTTP/1.1 "), Refusal::bad_request_line},
        {"space before the method", line(" GET / HTTP/1.1"), Refusal::bad_request_line},
        {"tabs between the words", line("GET\t/\tHTTP/1.1"), Refusal::bad_request_line},
        {"space in the target", line("GET /a b HTTP/1.1"), Refusal::bad_request_line},
        {"two empty lines before the request", "\r\n\r\n" + get(""), Refusal::bad_request_line},
        {"empty line of a bare lf", "\n" + get(""), Refusal::bare_lf},
        {"lone cr before the request", "\r" + get(""), Refusal::bare_cr},
        {"request line ends in bare lf", "GET / HTTP/1.1\nHost: a.example\r\n\r\n",
         Refusal::bare_lf},
        {"request line ends in bare cr", "GET / HTTP/1.1\rHost: a.example\r\n\r\n",
         Refusal::bare_cr},
        {"cr in the target", line("GET /a\rb HTTP/1.1"), Refusal::bare_cr},
        {"cr cr lf", "GET / HTTP/1.1\r\r\nHost: a.example\r\n\r\n", Refusal::bare_cr},
        {"method with a delimiter", line("GE(T / HTTP/1.1"), Refusal::bad_method},
        {"method with a colon", line("Host: / HTTP/1.1"), Refusal::bad_method},
        {"method with nul", line("G\0T / HTTP/1.1"s), Refusal::bad_method},
        {"method with obs-text", line("G\xc3T / HTTP/1.1"), Refusal::bad_method},
        {"method of 33 bytes", line(std::string(33, 'M') + " / HTTP/1.1"), Refusal::bad_method},
        {"connect", target("a.example:443", "a.example:443").replace(0, 3, "CONNECT"),
         Refusal::bad_method},
        {"connect of a path", line("CONNECT / HTTP/1.1"), Refusal::bad_method},
        {"target without slash", line("GET a HTTP/1.1"), Refusal::bad_target},
        {"authority-form with get", line("GET a.example:443 HTTP/1.1"), Refusal::bad_target},
        {"asterisk with get", line("GET * HTTP/1.1"), Refusal::bad_target},
        {"asterisk and more", line("OPTIONS *a HTTP/1.1"), Refusal::bad_target},
        {"fragment", line("GET /a#b HTTP/1.1"), Refusal::bad_target},
        {"nul in the target", line("GET /a\0b HTTP/1.1"s), Refusal::bad_target},
        {"tab in the target", line("GET /a\tb HTTP/1.1"), Refusal::bad_target},
        {"del in the target", line("GET /a\x7f HTTP/1.1"), Refusal::bad_target},
        {"raw utf-8 in the target", line("GET /caf\xc3\xa9 HTTP/1.1"), Refusal::bad_target},
        {"another scheme", target("ftp://a.example/", "a.example"), Refusal::bad_target},
        {"scheme alone", target("https://", "a.example"), Refusal::bad_target},
        {"userinfo in the target", target("https://u:p@a.example/", "a.example"),
         Refusal::bad_target},
        {"named port in the target", target("https://a.example:https/", "a.example"),
         Refusal::bad_target},
        {"http 2.0", line("GET / HTTP/2.0"), Refusal::bad_version},
        {"http 2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Refusal::bad_version},
        {"http 1.x", line("GET / HTTP/1.x"), Refusal::bad_version},
        {"http 1.", line("GET / HTTP/1."), Refusal::bad_version},
        {"http 1.10", line("GET / HTTP/1.10"), Refusal::bad_version},
        {"http 01.1", line("GET / HTTP/01.1"), Refusal::bad_version},
        {"http 1,1", line("GET / HTTP/1,1"), Refusal::bad_version},
        {"lower-case version", line("GET / http/1.1"), Refusal::bad_version},
        {"another protocol", line("GET / RTSP/1.0"), Refusal::bad_version},
        {"version with nul", line("GET / HTTP/1.1\0"s), Refusal::bad_version},
        {"request line over the limit", line(request_line_of(kLimits.start_line_bytes + 1)),
         Refusal::request_line_too_long},
        {"request line that never ends", "GET /" + std::string(kLimits.start_line_bytes, 'a'),
         Refusal::request_line_too_long},

        // Field lines.
        {"bare lf after a field", get("X: v\nY: w\r\n"), Refusal::bare_lf},
        {"bare lf in a name", get("X\nY: w\r\n"), Refusal::bare_lf},
        {"bare lf ends the head", "GET / HTTP/1.1\r\nHost: a.example\r\n\n", Refusal::bare_lf},
        {"bare cr in a value", get("X: v\rY: w\r\n"), Refusal::bare_cr},
        {"bare cr in a name", get("X\rY: w\r\n"), Refusal::bare_cr},
        {"bare cr for the empty line", "GET / HTTP/1.1\r\nHost: a.example\r\n\rX\r\n\r\n",
         Refusal::bare_cr},
        {"cr before crlf in a value", get("X: v\r\r\n"), Refusal::bare_cr},
        {"folded with a space", get("X: a\r\n b\r\n"), Refusal::obs_fold},
        {"folded with a tab", get("X: a\r\n\tb\r\n"), Refusal::obs_fold},
        {"folded transfer-encoding", post("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n"),
         Refusal::obs_fold},
        {"line of whitespace before the end", get("X: a\r\n \r\n"), Refusal::obs_fold},
        {"space before the first field", "GET / HTTP/1.1\r\n Host: a.example\r\n\r\n",
         Refusal::bad_field_name},
        {"space before the colon", get("X : v\r\n"), Refusal::space_before_colon},
        {"tab before the colon", get("Content-Length\t: 5\r\n"), Refusal::space_before_colon},
        {"space in a name", get("X Y: v\r\n"), Refusal::space_before_colon},
        {"no colon", get("X\r\n"), Refusal::bad_field_name},
        {"empty name", get(": v\r\n"), Refusal::bad_field_name},
        {"delimiter in a name", get("X(Y): v\r\n"), Refusal::bad_field_name},
        {"nul in a name", get("X\0Y: v\r\n"s), Refusal::bad_field_name},
        {"obs-text in a name", get("X\xe9: v\r\n"), Refusal::bad_field_name},
        {"transfer-encoding behind a control", post("\x0bTransfer-Encoding: chunked\r\n", ""),
         Refusal::bad_field_name},
        {"nul in a value", get("X: a\0b\r\n"s), Refusal::bad_field_value},
        {"del in a value", get("X: a\x7f\r\n"), Refusal::bad_field_value},
        {"escape in a value", get("X: \x1b[31m\r\n"), Refusal::bad_field_value},
        {"vertical tab before chunked",
         post("Transfer-Encoding: \x0b"
              "chunked\r\n",
              ""),
         Refusal::bad_field_value},
        {"headers over the limit", headers_of(kLimits.header_bytes + 1), Refusal::header_too_long},
        {"header that never ends", "GET / HTTP/1.1\r\nX: " + std::string(kLimits.header_bytes, 'v'),
         Refusal::header_too_long},
        {"fields over the limit", fields_of(kLimits.fields + 1), Refusal::too_many_fields},

        // Host.
        {"no host", "GET / HTTP/1.1\r\nX: v\r\n\r\n", Refusal::missing_host},
        {"no host in http 1.2", "GET / HTTP/1.2\r\n\r\n", Refusal::missing_host},
        {"no host but an absolute-form in http 1.0", "GET https://a.example/ HTTP/1.0\r\n\r\n",
         Refusal::missing_host},
        {"no host but an absolute-form", "GET https://a.example/ HTTP/1.1\r\n\r\n",
         Refusal::missing_host},
        {"two hosts", get("Host: b.example\r\n"), Refusal::double_host},
        {"the same host twice", get("host: a.example\r\n"), Refusal::double_host},
        {"empty host", host(""), Refusal::bad_host},
        {"host list", host("a.example, b.example"), Refusal::bad_host},
        {"host with userinfo", host("u@a.example"), Refusal::bad_host},
        {"host with a path", host("a.example/x"), Refusal::bad_host},
        {"host with a space", host("a.example b.example"), Refusal::bad_host},
        {"host with an escape", host("a%2eexample"), Refusal::bad_host},
        {"host with port zero", host("a.example:0"), Refusal::bad_host},
        {"host with port too large", host("a.example:65536"), Refusal::bad_host},
        {"host with a port of zeros", host("a.example:000"), Refusal::bad_host},
        {"host with a port too large behind zeros", host("a.example:0065536"), Refusal::bad_host},
        {"host with two empty ports", host("a.example::"), Refusal::bad_host},
        {"host with a named port", host("a.example:https"), Refusal::bad_host},
        {"host with two ports", host("a.example:443:443"), Refusal::bad_host},
        {"host of a port only", host(":443"), Refusal::bad_host},
        {"host with an empty label", host("a..example"), Refusal::bad_host},
        {"host of a dot", host("."), Refusal::bad_host},
        {"host with obs-text", host("\xc3\xa9.example"), Refusal::bad_host},
        {"bracket not closed", host("[::1"), Refusal::bad_host},
        {"brackets around a name", host("[a.example]"), Refusal::bad_host},
        {"bytes behind the bracket", host("[::1]a"), Refusal::bad_host},
        {"ipv6 without brackets", host("2001:db8::1"), Refusal::bad_host},
        {"ipv6 with a zone", host("[fe80::1%eth0]"), Refusal::bad_host},
        {"host of 254 bytes",
         host(std::string(63, 'a') + "." + std::string(63, 'b') + "." + std::string(63, 'c') + "." +
              std::string(62, 'd')),
         Refusal::bad_host},
        {"host differs from target", target("https://b.example/", "a.example"),
         Refusal::host_differs_from_target},
        {"port differs from target", target("https://a.example:8443/", "a.example"),
         Refusal::host_differs_from_target},
        {"default port of the other scheme", target("https://a.example/", "a.example:80"),
         Refusal::host_differs_from_target},

        // Framing.
        {"length and encoding",
         post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n" + smuggled),
         Refusal::length_and_encoding},
        {"encoding and length",
         post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n" + smuggled),
         Refusal::length_and_encoding},
        {"encoding and length of zero",
         post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n", "0\r\n\r\n"),
         Refusal::length_and_encoding},
        {"two lengths", post("Content-Length: 5\r\nContent-Length: 6\r\n", "hello" + smuggled),
         Refusal::differing_lengths},
        {"the same length twice", post("Content-Length: 5\r\nContent-Length: 5\r\n", "hello"),
         Refusal::bad_length},
        {"list of lengths", post("Content-Length: 5, 6\r\n", "hello"), Refusal::bad_length},
        {"list of equal lengths", post("Content-Length: 5, 5\r\n", "hello"), Refusal::bad_length},
        {"length with plus", post("Content-Length: +5\r\n", "hello"), Refusal::bad_length},
        {"length with minus", post("Content-Length: -5\r\n", "hello"), Refusal::bad_length},
        {"length in hexadecimal", post("Content-Length: 0x5\r\n", "hello"), Refusal::bad_length},
        {"length with a fraction", post("Content-Length: 5.0\r\n", "hello"), Refusal::bad_length},
        {"length with a space", post("Content-Length: 5 0\r\n", "hello"), Refusal::bad_length},
        {"length in quotes", post("Content-Length: \"5\"\r\n", "hello"), Refusal::bad_length},
        {"empty length", post("Content-Length:\r\n", "hello"), Refusal::bad_length},
        {"length of 2^63", post("Content-Length: 9223372036854775808\r\n", ""),
         Refusal::bad_length},
        {"length of 2^64 and five", post("Content-Length: 18446744073709551621\r\n", "hello"),
         Refusal::bad_length},
        {"encoding identity", post("Transfer-Encoding: identity\r\n", ""),
         Refusal::bad_transfer_encoding},
        {"encoding gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding chunked, identity",
         post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"two encodings",
         post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding with a parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding with a comma", post("Transfer-Encoding: ,chunked\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding in quotes", post("Transfer-Encoding: \"chunked\"\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"empty encoding", post("Transfer-Encoding:\r\n", "0\r\n\r\n"),
         Refusal::bad_transfer_encoding},
        {"encoding in http 1.0",
         "POST / HTTP/1.0\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         Refusal::bad_transfer_encoding},

        // Chunked bodies.
        {"chunk size of 17 digits", chunked("00000000000000005\r\nhello\r\n0\r\n\r\n"),
         Refusal::chunk_size_too_long},
        {"chunk size of 2^63", chunked("8000000000000000\r\n"), Refusal::chunk_size_too_long},
        {"chunk size with 0x", chunked("0x5\r\nhello\r\n0\r\n\r\n"), Refusal::bad_chunk_size},
        {"chunk size with plus", chunked("+5\r\nhello\r\n0\r\n\r\n"), Refusal::bad_chunk_size},
        {"chunk size with an underscore", chunked("1_0\r\n"), Refusal::bad_chunk_size},
        {"space before a chunk size", chunked(" 5\r\nhello\r\n0\r\n\r\n"), Refusal::bad_chunk_size},
        {"space after a chunk size", chunked("5 \r\nhello\r\n0\r\n\r\n"), Refusal::bad_chunk_size},
        {"empty chunk size", chunked("\r\n"), Refusal::bad_chunk_size},
        {"extension without size", chunked(";a\r\n"), Refusal::bad_chunk_size},
        {"chunk size line ends in bare lf", chunked("5\nhello\r\n0\r\n\r\n"), Refusal::bare_lf},
        {"chunk size line ends in bare cr", chunked("5\rhello\r\n0\r\n\r\n"), Refusal::bare_cr},
        {"extension ends in bare lf", chunked("5;a\nhello\r\n0\r\n\r\n"), Refusal::bare_lf},
        {"chunk longer than its size", chunked("4\r\nhello\r\n0\r\n\r\n"), Refusal::bad_chunk_end},
        {"chunk ends in bare lf", chunked("5\r\nhello\n0\r\n\r\n"), Refusal::bad_chunk_end},
        {"chunk ends in bare cr", chunked("5\r\nhello\r0\r\n\r\n"), Refusal::bad_chunk_end},
        {"extension without name", chunked("5;\r\nhello\r\n0\r\n\r\n"),
         Refusal::bad_chunk_extension},
        {"extension without value", chunked("5;a=\r\nhello\r\n0\r\n\r\n"),
         Refusal::bad_chunk_extension},
        {"extension with a space", chunked("5; a\r\nhello\r\n0\r\n\r\n"),
         Refusal::bad_chunk_extension},
        {"extension with nul", chunked("5;a\0b\r\nhello\r\n0\r\n\r\n"s),
         Refusal::bad_chunk_extension},
        {"quoted extension not closed", chunked("5;a=\"b\r\nhello\r\n0\r\n\r\n"),
         Refusal::bad_chunk_extension},
        {"bytes behind a quoted extension", chunked("5;a=\"b\"c\r\nhello\r\n0\r\n\r\n"),
         Refusal::bad_chunk_extension},
        {"folded trailer", chunked("0\r\nX: a\r\n b\r\n\r\n"), Refusal::bad_trailer},
        {"trailer without colon", chunked("0\r\nX\r\n\r\n"), Refusal::bad_trailer},
        {"trailer with nul", chunked("0\r\nX: \0\r\n\r\n"s), Refusal::bad_trailer},
        {"trailers end in bare lf", chunked("0\r\n\n"), Refusal::bare_lf},
        {"trailers end in bare cr", chunked("0\r\n\rX"), Refusal::bare_cr},
    };
}

}  // namespace

const std::vector<HeadCase>& head_cases() {
    static const std::vector<HeadCase> cases = make();
    return cases;
}

}  // namespace portcullis::http1
