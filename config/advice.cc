#include "config/advice.h"

#include "config/diagnostics.h"
#include "config/types/quote.h"

#include <algorithm>
#include <array>
#include <utility>

namespace portcullis {
namespace {

// Options of nginx, HAProxy and Traefik, and ours that do the same.
constexpr std::array<std::pair<std::string_view, std::string_view>, 33> kWords{{
    {"access_log", "access"},
    {"backend", "service"},
    {"backends", "services"},
    {"bind", "listen"},
    {"certFile", "certificate"},
    {"default_server", "unknown_sni"},
    {"domain", "host"},
    {"entryPoints", "listen"},
    {"forwardedHeaders", "trusted_proxies"},
    {"hostname", "host"},
    {"keepalive", "idle_connections_max"},
    {"keepalive_timeout", "idle"},
    {"keyFile", "key"},
    {"limit_conn", "connections_per_client"},
    {"loadBalancer", "balance"},
    {"location", "path"},
    {"minVersion", "minimum_version"},
    {"prefix", "path"},
    {"proxy_connect_timeout", "connect_timeout"},
    {"proxy_pass", "service"},
    {"proxy_read_timeout", "response_timeout"},
    {"routers", "routes"},
    {"server_name", "host"},
    {"servers", "endpoints"},
    {"set_real_ip_from", "trusted_proxies"},
    {"ssl", "tls"},
    {"ssl_certificate", "certificate"},
    {"ssl_certificate_key", "key"},
    {"ssl_protocols", "minimum_version"},
    {"upstream", "service"},
    {"upstreams", "services"},
    {"url", "endpoints"},
    {"worker_processes", "workers"},
}};

}  // namespace

std::string_view meant_key(std::string_view key, const std::vector<std::string_view>& known) {
    for (const auto& [foreign, ours] : kWords) {
        if (foreign == key && std::find(known.begin(), known.end(), ours) != known.end()) {
            return ours;
        }
    }
    return nearest(key, known);
}

std::string advice_on_key(std::string_view key, const std::vector<std::string_view>& known) {
    if (key == "port" || key == "ports") {
        return "the port is always 443, and no option opens another";
    }
    if (key == "<<") {
        return "merge keys are not known here; repeat the options, or give the whole value by an "
               "alias";
    }
    // Of earlier versions: one shared secret, so that each program that verified could also sign.
    if (key == "key_file" && std::find(known.begin(), known.end(), "verify_key") != known.end()) {
        return "snapshots are signed by a pair of keys now: make it with portcullis-discovery "
               "keygen, and name the private key as 'signing_key' and the public one as "
               "'verify_key'";
    }
    const std::string_view meant = meant_key(key, known);
    return meant.empty() ? "write " + listed(known) : "did you mean " + in_quotes(meant) + "?";
}

std::string listed(const std::vector<std::string_view>& words) {
    std::string text;
    for (std::size_t i = 0; i < words.size(); ++i) {
        text += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
        text += words[i];
    }
    return text;
}

}  // namespace portcullis
