#include "proxy/observe/access_record.h"

#include "config/types/cidr.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace portcullis::observe {
namespace {

void member(std::string& out, std::string_view key, std::string_view text) {
    out.append(",\"").append(key).append("\":");
    if (text.empty()) {
        out += "null";
    } else if (text.size() > kLoggedTextMax) {
        std::string cut{text.substr(0, kLoggedTextMax)};
        write_json_string(out, cut.append("..."));
    } else {
        write_json_string(out, text);
    }
}

void member(std::string& out, std::string_view key, std::uint64_t number) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":{}", key, number);
}

void milliseconds(std::string& out, std::string_view key, std::chrono::microseconds time) {
    fmt::format_to(std::back_inserter(out), ",\"{}\":{}.{:03}", key, time.count() / 1000,
                   time.count() % 1000);
}

std::string logged(const IpAddress& client, LoggedAddress how) {
    switch (how) {
        case LoggedAddress::truncated:
            return truncate(client, 24, 48).text();
        case LoggedAddress::full:
            return client.text();
        case LoggedAddress::none:
            break;
    }
    return {};
}

}  // namespace

void write(std::string& out, const AccessRecord& record, LoggedAddress address) {
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::milliseconds>(record.time.time_since_epoch());
    const auto seconds = std::chrono::floor<std::chrono::seconds>(record.time);
    fmt::format_to(std::back_inserter(out), "{{\"time\":\"{:%Y-%m-%dT%H:%M:%S}.{:03}Z\"",
                   fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                   since_epoch.count() % 1000);
    member(out, "request_id", record.request_id);
    member(out, "client", logged(record.client, address));
    member(out, "protocol", record.protocol);
    member(out, "method", record.method);
    member(out, "host", record.host);
    member(out, "path", record.path);
    member(out, "route", record.route);
    member(out, "service", record.service);
    member(out, "endpoint", record.endpoint);
    member(out, "status", static_cast<std::uint64_t>(record.status));
    member(out, "request_bytes", record.request_bytes);
    member(out, "answer_bytes", record.answer_bytes);
    milliseconds(out, "handshake_ms", record.handshake);
    milliseconds(out, "wait_ms", record.wait);
    milliseconds(out, "connect_ms", record.connect);
    milliseconds(out, "first_byte_ms", record.first_byte);
    milliseconds(out, "total_ms", record.total);
    member(out, "tls_version", record.tls_version);
    member(out, "tls_cipher", record.tls_cipher);
    out.append(",\"tls_resumed\":").append(record.tls_resumed ? "true" : "false");
    member(out, "fault", record.fault == Fault::none ? std::string_view{} : name(record.fault));
    member(out, "refusal", record.refusal);
    member(out, "origin_trouble", record.origin_trouble);
    out += "}\n";
}

void write_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (byte >= 0x20 && byte < 0x7f) {
            out.push_back(c);
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        }
    }
    out.push_back('"');
}

}  // namespace portcullis::observe
