// One exchange as the access log tells it: one JSON object on one line. What it can hold is decided
// here, and a query, a cookie, an Authorization or a body is not among it.
#pragma once

#include "config/model.h"
#include "proxy/fault.h"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::observe {

// Views need to live only until write() returns.
struct AccessRecord {
    std::chrono::system_clock::time_point time;  // when the request's head was complete
    std::string_view request_id;
    IpAddress client;
    std::string_view protocol;  // "HTTP/2"
    std::string_view method;
    std::string_view host;
    std::string_view path;   // without query
    std::string_view route;  // host and path as configured; empty when none matched
    std::string_view service;
    std::string_view endpoint;
    int status = 0;                   // 0: nothing was answered
    std::uint64_t request_bytes = 0;  // of the bodies
    std::uint64_t answer_bytes = 0;
    std::chrono::microseconds handshake{};   // of the connection
    std::chrono::microseconds wait{};        // from the request's first byte to the end of its head
    std::chrono::microseconds connect{};     // until there was a connection to an origin
    std::chrono::microseconds first_byte{};  // from then until the answer's head
    std::chrono::microseconds total{};       // from the request's first byte to the answer's last
    std::string_view tls_version;
    std::string_view tls_cipher;
    bool tls_resumed = false;
    Fault fault = Fault::none;
    std::string_view origin_trouble;  // what exactly was wrong with TLS towards the origin
    std::string_view refusal;         // when fault is bad_request: why
};

// Longer paths and hosts are cut, with "..." at their end.
constexpr std::size_t kLoggedTextMax = 1024;

// Appends the line, with its newline.
void write(std::string& out, const AccessRecord& record, LoggedAddress address);

// Appends text as a JSON string with its quotes. Bytes that are not ASCII printable become \u00XX
// escapes, so a line is ASCII whatever the client sent.
void write_json_string(std::string& out, std::string_view text);

}  // namespace portcullis::observe
