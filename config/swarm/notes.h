// What an operator should know of a swarm besides what is wrong with labels: sentences for /status
// and the log. Pure.
#pragma once

#include "config/swarm/answers.h"
#include "config/swarm/snapshot.h"

#include <set>
#include <string>
#include <vector>

namespace portcullis::swarm {

// What is known of a service.
struct ServiceFacts {
    const EngineService& service;
    bool meant = false;       // to be routed: it has labels of ours, or the file names it
    bool reachable = false;   // it is on one of the networks
    std::size_t running = 0;  // tasks
    std::string last_error = {};
};

// Empty when there is nothing to say.
std::string sentence_about(const ServiceFacts& facts);

// What is known of the node that is asked, and of the networks.
struct NodeFacts {
    std::set<std::string> missing_networks = {};            // of discovery.networks
    std::vector<EngineContainer> labelled_containers = {};  // by labels of their own
    std::string holder = {};                    // overlay.container; empty: none is named
    std::vector<EngineContainer> holders = {};  // containers of that name, or of that service
    std::vector<std::string> networks = {};     // discovery.networks

    bool operator==(const NodeFacts&) const = default;
};

std::vector<Note> notes_about(const NodeFacts& facts);

}  // namespace portcullis::swarm
