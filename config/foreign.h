// What other proxies call our options, for people who come from there.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis {

// The known key that stands for this foreign one; empty when there is none among them.
inline std::string_view translated(std::string_view word,
                                   const std::vector<std::string_view>& known) {
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
    for (const auto& [foreign, ours] : kWords) {
        if (foreign == word && std::find(known.begin(), known.end(), ours) != known.end()) {
            return ours;
        }
    }
    return {};
}

}  // namespace portcullis
