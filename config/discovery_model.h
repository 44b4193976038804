// The part of the model that is about Docker Swarm: who asks it, where what it says is kept, and
// where the proxy's connections to tasks are made.
#pragma once

#include "config/types/byte_size.h"
#include "config/types/duration.h"
#include "config/types/hostname.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace portcullis {

using namespace std::chrono_literals;

// For a Docker Engine that is asked over TCP; all three or none.
struct DockerTls {
    std::filesystem::path ca;           // PEM; who issued the engine's certificate
    std::filesystem::path certificate;  // PEM; what we show it
    std::filesystem::path key;          // PEM
};

// portcullis-discovery writes the snapshot; proxy and firewall follow it.
struct DiscoveryConfig {
    std::string docker = "unix:///var/run/docker.sock";  // or tcp://HOST:PORT, with tls
    DockerTls tls;
    std::vector<std::string> networks;  // overlay networks that the proxy is on; the first that a
                                        // service is on, too, is where its tasks are met
    std::filesystem::path snapshot;     // empty ("off"): the swarm is neither asked nor followed
    std::filesystem::path signing_key;  // Ed25519, PEM: portcullis-discovery signs with it, and
                                        // nobody else opens it
    std::filesystem::path verify_key;   // its public part, PEM: proxy and firewall verify with it
    std::filesystem::path serial_file =
        "/var/lib/portcullis/proxy/swarm_serial";  // the proxy's: of the snapshot accepted last;
                                                   // empty ("off"): forgotten at a restart
    std::filesystem::path socket =
        "/run/portcullis/discovery.sock";  // status and metrics; empty ("off"): none
    Duration poll = 250ms;                 // tasks are looked at so often while they change
    Duration poll_quiet = 1s;              // ... and when nothing has changed for a while
    Duration timeout = 3s;                 // of one question to the engine
    Duration stale_after = 30s;            // without a good answer: an alarm
    // Hosts that labels may claim, also below a pattern of the file's routes. Empty: those that no
    // pattern of the file's routes has anything to do with.
    std::vector<HostPattern> hosts;
    // Groups of swarm services that may share a host among themselves, by different paths.
    std::vector<std::vector<std::string>> share;
    std::size_t hosts_per_service = 32;  // that one service's labels may claim, over all its routes
    std::size_t routes_per_service = 128;  // that one service's labels may make; one for each host
    ByteSize label_bytes{64U << 10U};      // of one service's portcullis.* labels, names and values
};

// Where origin connections are made from; both empty: where the process was started.
struct OverlayConfig {
    std::string container;        // of its name, or of a task of the service of this name
    std::filesystem::path netns;  // a network namespace's file, as under /run/netns
    std::filesystem::path docker =
        "/var/run/docker.sock";  // asked for the container, before anybody is served
};

}  // namespace portcullis
