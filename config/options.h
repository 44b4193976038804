// Every option's key, and what its value may be: the one list that reading, printing and the tests
// walk. A new option is a field in model.h, a line here, one in reference.yaml and one in
// schema.json; the tests of config fail while one of the four is missing.
#pragma once

#include "config/discovery_options.h"
#include "config/firewall_options.h"
#include "config/model.h"
#include "config/option_kinds.h"
#include "config/route_options.h"
#include "config/service_options.h"

namespace portcullis {

constexpr auto words_of(TlsVersion) {
    return std::array{Word{"1.2", TlsVersion::tls12}, Word{"1.3", TlsVersion::tls13}};
}

constexpr auto words_of(UnknownSni) {
    return std::array{Word{"refuse", UnknownSni::refuse},
                      Word{"default_certificate", UnknownSni::default_certificate}};
}

constexpr auto words_of(LoggedAddress) {
    return std::array{Word{"truncated", LoggedAddress::truncated},
                      Word{"full", LoggedAddress::full}, Word{"none", LoggedAddress::none}};
}

// The word an operator writes for it.
template <class Enum>
std::string_view word(Enum value) {
    for (const auto& known : words_of(value)) {
        if (known.value == value) {
            return known.text;
        }
    }
    return "unknown";
}

// visit(key, field, constraints...) for each field, in the order of model.h. What is no option has
// no line: Config::file, CertificateFile::loaded, ServiceConfig::name (the key of its mapping).
void visit_options(auto& visit, Maybe<TlsConfig> auto& tls) {
    visit("certificates", tls.certificates);
    visit("minimum_version", tls.minimum_version);
    visit("unknown_sni", tls.unknown_sni);
    visit("ticket_key_lifetime", tls.ticket_key_lifetime,
          Range<Duration>{10min, 24h * 7,
                          "a stolen key reads every session that was resumed with it"});
    visit("client_ca", tls.client_ca, OrWord{"off"});
    visit("client_crl", tls.client_crl, OrWord{"off"});
    visit("http2", tls.http2);
}

void visit_options(auto& visit, Maybe<Limits> auto& limits) {
    constexpr std::size_t kKiB = 1024;
    visit("request_line", limits.request_line,
          Range<ByteSize>{
              {512}, {kHeadBytesMax}, "browsers need some, and a head is held in one buffer"});
    visit("header_bytes", limits.header_bytes,
          Range<ByteSize>{
              {1 * kKiB}, {kHeadBytesMax}, "browsers need some, and a head is held in one buffer"});
    visit("headers", limits.headers,
          Range<std::size_t>{10, 1'000, "browsers send about 20, attackers thousands"});
    visit("requests_per_connection", limits.requests_per_connection,
          Range<std::size_t>{1, 1'000'000'000, "0 would answer nobody"});
    visit("connections_per_worker", limits.connections_per_worker,
          Range<std::size_t>{16, 1'000'000, "each takes two descriptors"});
    visit("connections_per_client", limits.connections_per_client,
          Range<std::size_t>{1, 1'000'000, "0 would answer nobody"});
    visit("connections_per_second", limits.connections_per_second, OrWord{"off"},
          Range<std::size_t>{1, 1'000'000, "every one costs a handshake"});
    visit("requests_per_second", limits.requests_per_second, OrWord{"off"},
          Range<std::size_t>{1, 10'000'000, "a page of a browser may need a hundred"});
    visit("offences_per_minute", limits.offences_per_minute, OrWord{"off"},
          Range<std::size_t>{1, 1'000'000, "one bad client may share its address with good ones"});
    visit("counted_clients", limits.counted_clients,
          Range<std::size_t>{1'024, 16'777'216, "each takes 16 bytes, from the start on"});
    visit("key_updates_per_minute", limits.key_updates_per_minute,
          Range<std::size_t>{1, 1'000'000,
                             "no client needs many, and each costs a handshake's part"});
    visit("body_bytes_per_second", limits.body_bytes_per_second, OrWord{"off"},
          Range<std::size_t>{1, 1'000'000, "slow lines exist, and so do clients that play them"});
    visit("requests_per_client", limits.requests_per_client,
          Range<std::size_t>{1, 1'000'000, "0 would answer nobody"});
    visit("connection_memory", limits.connection_memory,
          Range<ByteSize>{{256 * kKiB}, {1024 * 1024 * kKiB}, "a few requests need as much"});
    visit("client_memory", limits.client_memory,
          Range<ByteSize>{{1024 * kKiB}, {1024 * 1024 * kKiB}, "many may share an address"});
    visit("memory", limits.memory, OrWord{"auto"},
          Range<ByteSize>{
              {64 * 1024 * kKiB}, {std::size_t{1} << 40U}, "the certificates alone may need some"});
    visit("streams_per_connection", limits.streams_per_connection,
          Range<std::size_t>{1, 1'000, "each may hold a head and a window of its body"});
    visit("http2_resets_per_minute", limits.http2_resets_per_minute,
          Range<std::size_t>{10, 1'000'000, "browsers take back some requests, attackers all"});
    visit("http2_control_frames_per_minute", limits.http2_control_frames_per_minute,
          Range<std::size_t>{100, 1'000'000, "gRPC clients ping often, attackers do nothing else"});
}

void visit_options(auto& visit, Maybe<ProxyProtocolConfig> auto& proxy_protocol) {
    visit("from", proxy_protocol.from);
}

void visit_options(auto& visit, Maybe<Timeouts> auto& timeouts) {
    constexpr std::string_view kSlow =
        "shorter cuts off slow clients, longer lets idle attackers stay";
    visit("handshake", timeouts.handshake, Range<Duration>{100ms, 1min, kSlow});
    visit("header", timeouts.header, Range<Duration>{100ms, 5min, kSlow});
    visit("body", timeouts.body, OffOr{{100ms, 24h, kSlow}});
    visit("idle", timeouts.idle, Range<Duration>{100ms, 1h, kSlow});
    visit("tunnel", timeouts.tunnel, OffOr{{100ms, 24h * 7, "shorter cuts off quiet WebSockets"}});
    visit("shutdown", timeouts.shutdown, Range<Duration>{0s, 1h, "an update waits for it"});
}

void visit_options(auto& visit, Maybe<LogConfig> auto& log) {
    visit("access", log.access, PathOr{{"off", "stdout"}});
    visit("client_address", log.client_address);
    visit("queue_lines", log.queue_lines,
          Range<std::size_t>{64, 4'194'304, "each line takes about 300 bytes of memory"});
}

void visit_options(auto& visit, Maybe<AdminConfig> auto& admin) {
    visit("socket", admin.socket, OrWord{"off"});
}

void visit_options(auto& visit, Maybe<Config> auto& config) {
    visit("listen", config.listen);
    visit("workers", config.workers, AutoOr{{1, 256, "more workers than processors only cost"}});
    visit("tls", config.tls);
    visit("services", config.services);
    visit("routes", config.routes);
    visit("sticky_key_file", config.sticky_key_file, OrWord{"off"});
    visit("trusted_proxies", config.trusted_proxies);
    visit("proxy_protocol", config.proxy_protocol);
    visit("error_pages", config.error_pages);
    visit("limits", config.limits);
    visit("timeouts", config.timeouts);
    visit("log", config.log);
    visit("admin", config.admin);
    visit("discovery", config.discovery);
    visit("overlay", config.overlay);
    visit("firewall", config.firewall);
}

// A value as an operator would write it.
inline std::string option_text(ByteSize value) {
    return value.text();
}

inline std::string option_text(Duration value) {
    return duration_text(value);
}

inline std::string option_text(std::size_t value) {
    return std::to_string(value);
}

template <class Enum>

requires std::is_enum_v<Enum> std::string option_text(Enum value) {
    return std::string{word(value)};
}

}  // namespace portcullis
