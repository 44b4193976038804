// Everything an operator can say, as plain values. config/load fills it from YAML, config/validate
// judges it, and from then on it is immutable: a running process holds it as shared_ptr<const
// Config>. Every field says its unit by type, its default here and nowhere else, and why that
// default. config/reference.yaml lists the same options for people; a test keeps the two equal.
#pragma once

#include "config/discovery_model.h"
#include "config/file_model.h"
#include "config/firewall_model.h"
#include "config/route_model.h"
#include "config/service_model.h"
#include "config/types/address.h"
#include "config/types/byte_size.h"
#include "config/types/cidr.h"
#include "config/types/duration.h"
#include "config/types/hostname.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace portcullis {

using namespace std::chrono_literals;

// The one port that is open to the outside. Not a setting: no configuration can open another.
constexpr std::uint16_t kIngressPort = 443;

enum class TlsVersion : std::uint8_t { tls12, tls13 };  // "1.2", "1.3"
enum class UnknownSni : std::uint8_t {
    refuse,
    default_certificate
};  // refuse: alert unrecognized_name

struct TlsConfig {
    std::vector<CertificateFile> certificates;  // the first is the default one, when asked for
    TlsVersion minimum_version = TlsVersion::tls12;
    UnknownSni unknown_sni =
        UnknownSni::refuse;  // also for a ClientHello without SNI: scanners get nothing
    Duration ticket_key_lifetime =
        12h;                     // a new ticket key this often; the previous one still resumes
    AuthoritiesFile client_ca;   // who issues client certificates, for routes that do not say
    RevocationsFile client_crl;  // which of them are revoked, likewise
    Switch http2 = Switch::on;   // offered by ALPN
};

// A request's head is held in one buffer of this size, so that request_line and header_bytes
// together cannot be more.
constexpr std::size_t kHeadBytesMax = 64U << 10U;

struct Limits {
    ByteSize request_line{8U << 10U};   // longer: 414
    ByteSize header_bytes{32U << 10U};  // all fields of a head; longer: 431
    std::size_t headers = 100;          // fields in a head; more: 431
    std::size_t requests_per_connection =
        10'000;  // then Connection: close, so that load spreads again
    std::size_t connections_per_worker =
        9'000;  // more are closed before TLS; two workers fit 20,000 descriptors
    std::size_t connections_per_client =
        1'000;  // per worker and IPv4 address or IPv6 /64; more are closed
    std::size_t connections_per_second =
        100;  // new ones, of one client; ten seconds' worth at once; more are closed
    std::size_t requests_per_second = 1'000;  // of one client, likewise; more get 429
    std::size_t offences_per_minute =
        100;  // of one client: floods and stalling; then its connections are closed
    std::size_t counted_clients =
        65'536;  // buckets of these and of rate limits, 16 bytes each; from the start on
    std::size_t key_updates_per_minute = 60;  // TLS, by one client connection; more end it
    std::size_t body_bytes_per_second =
        100;  // on average while we wait for a client, after timeouts.body; slower ones are cut
    std::size_t requests_per_client =
        1'000;  // under way at once, per worker and client; more get 429
    ByteSize connection_memory{16U << 20U};  // heads and bodies that a connection has us hold,
                                             // either way; a hundred stalled streams fit
    ByteSize client_memory{64U << 20U};  // likewise, all of a client's on one worker
    ByteSize memory{
        0};  // of the process; near it new requests get 503; 0 ("auto"): 3/4 of what there is
    std::size_t streams_per_connection = 100;  // HTTP/2: requests at once; more are refused
    std::size_t http2_resets_per_minute =
        1'000;  // by one client connection; more end it: ENHANCE_YOUR_CALM
    std::size_t http2_control_frames_per_minute =
        10'000;  // that carry no request: PING, SETTINGS, empty DATA; likewise
};

// Who tells us the client's address before TLS begins.
struct ProxyProtocolConfig {
    std::vector<Cidr> from;  // must begin with a PROXY header; it is read from nobody else
};

struct Timeouts {
    Duration handshake = 5s;  // from accept to the end of the TLS handshake
    Duration header = 10s;    // from a request's first byte to the end of its head
    Duration body = 30s;      // without a byte moving while a body is under way, either side
    Duration idle = 75s;      // between requests
    Duration tunnel = 1h;     // without a byte either way on an upgraded connection or a stream
    Duration shutdown = 30s;  // after SIGTERM, for what is under way
};

enum class LoggedAddress : std::uint8_t { truncated, full, none };  // truncated: /24 or /48

struct LogConfig {
    std::string access = "off";  // a file's path, "stdout", or "off"
    LoggedAddress client_address = LoggedAddress::truncated;
    std::size_t queue_lines = 65'536;  // per process; beyond it lines are dropped and counted
};

struct AdminConfig {
    std::filesystem::path socket;  // unix socket for status and metrics; empty ("off"): none
};

struct Config {
    std::filesystem::path file;  // where it was read; relative paths are relative to its folder
    std::vector<IpAddress> listen = {IpAddress{}};  // addresses only; :: is both families
    std::size_t workers = 0;                        // 0: one per processor
    TlsConfig tls;
    std::vector<ServiceConfig> services;
    std::vector<RouteConfig> routes;
    // What sticky cookies are made with, 32 bytes at least; empty ("off"): a key of this node alone.
    std::filesystem::path sticky_key_file;
    std::vector<Cidr> trusted_proxies;  // whose X-Forwarded-* and Forwarded are believed
    ProxyProtocolConfig proxy_protocol;
    std::vector<ErrorPage> error_pages;  // for answers of our own, where the route has none
    Limits limits;
    Timeouts timeouts;
    LogConfig log;
    AdminConfig admin;
    DiscoveryConfig discovery;
    OverlayConfig overlay;
    FirewallConfig firewall;  // the wall around all this; the proxy itself has no use for it
};

}  // namespace portcullis
