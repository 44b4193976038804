// The part of the model that is about Docker Swarm: who asks it, where what it says is kept, and
// where the proxy's connections to tasks are made.
#pragma once

#include "config/types/address.h"
#include "config/types/byte_size.h"
#include "config/types/duration.h"
#include "config/types/hostname.h"

#include <cstddef>
#include <cstdint>
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

// When the proxy asks Docker's resolver whether an address still belongs to a task.
// when_old: for new connections while the snapshot is older than verify_after.
enum class VerifyEndpoints : std::uint8_t { when_old, always };
// What becomes of new connections to tasks that neither the snapshot nor the resolver vouches for.
// refuse: 503. serve: they are made, and may reach another service's container.
enum class StaleEndpoints : std::uint8_t { refuse, serve };

// portcullis-discovery writes the snapshot; proxy and firewall follow it.
struct DiscoveryConfig {
    // Docker Engines that are asked, the first that answers; or tcp://HOST:PORT, with tls.
    std::vector<std::string> docker = std::vector<std::string>(1, "unix:///var/run/docker.sock");
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
    // ... and when nothing has changed for a while: before a new task's container runs, so that an
    // address is known to be another's before anybody answers there.
    Duration poll_quiet = 250ms;
    Duration timeout = 3s;       // of one question to the engine
    Duration stale_after = 30s;  // without a good answer: an alarm
    VerifyEndpoints verify = VerifyEndpoints::when_old;
    Duration verify_after = 1s;  // a healthy discovery writes four times a second
    // Docker's resolver, in the network that tasks are reached from; port 0 ("off"): nobody is
    // asked.
    SocketAddress resolver = SocketAddress::parse("127.0.0.11:53").value();
    StaleEndpoints stale = StaleEndpoints::refuse;
    Duration stale_max = 15s;  // with neither snapshot nor resolver; then stale applies
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
    Duration grace = 5s;         // without the overlay; then the listeners close until it is back
};

}  // namespace portcullis
