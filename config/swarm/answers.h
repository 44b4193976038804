// What the Docker Engine answers and tells, as plain structs: API 1.41 and newer. Pure. Members
// that we do not know are passed over, those that the engine may leave out may be absent or null;
// what is there and of the wrong kind makes the whole answer an error.
#pragma once

#include "base/result.h"
#include "config/types/address.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace portcullis::swarm {

struct EngineService {
    std::string id;
    std::string name;
    std::string created;  // RFC 3339, UTC, nine digits behind the point: sorts by time
    std::string stack;    // that it was deployed with; empty: none
    std::map<std::string, std::string> labels;  // those that begin with kLabelPrefix, whole
    std::vector<std::string> networks;          // ids
    bool publishes_ingress_port = false;        // 443, by whatever protocol, on all nodes or some
    bool updating = false;                      // or being rolled back
    bool job = false;                           // its tasks are to end
    bool other_labels = false;                  // some begin with "traefik."
    std::optional<std::uint64_t> replicas;      // wanted; none: of a global service, or a job

    bool operator==(const EngineService&) const = default;
};

struct EngineTask {
    std::string id;
    std::string service;                                       // id
    std::string container;                                     // id; empty before there is one
    std::string created;                                       // as EngineService::created
    std::string error;                                         // of its status; empty: none
    bool running = false;                                      // its state
    bool ended = false;                                        // its state: it will not run again
    bool wanted = false;                                       // it is desired that it runs
    std::vector<std::pair<std::string, IpAddress>> addresses;  // by the network's id; one for each

    bool operator==(const EngineTask&) const = default;
};

// A container on the engine's own node.
struct EngineContainer {
    std::string name;
    std::vector<std::string> networks;  // names

    bool operator==(const EngineContainer&) const = default;
};

struct EngineNetwork {
    std::string id;
    std::vector<IpAddress> peers;  // nodes that have a task on it; only where this one has, too

    bool operator==(const EngineNetwork&) const = default;
};

// What this node is in the swarm. none: not in one, or not yet, or not any more; being locked and
// starting are this, too.
enum class Role : std::uint8_t { none, worker, manager };

struct EngineInfo {
    Role role = Role::none;
    std::vector<IpAddress> nodes;  // this one, and the managers that it knows

    bool operator==(const EngineInfo&) const = default;
};

struct EngineEvent {
    enum class Kind : std::uint8_t {
        other,  // nothing to do
        service,
        service_removed,
        node,
        network,
        container_ill,
        container_well,
        container_died,
    };
    Kind kind = Kind::other;
    std::string id;  // of what it is about

    bool operator==(const EngineEvent&) const = default;
};

Result<std::vector<EngineService>> read_services(std::string_view json);
Result<std::vector<EngineTask>> read_tasks(std::string_view json);
Result<std::vector<EngineContainer>> read_containers(std::string_view json);
Result<EngineNetwork> read_network(std::string_view json);
Result<std::vector<IpAddress>> read_nodes(std::string_view json);
Result<EngineInfo> read_info(std::string_view json);
Result<EngineEvent> read_event(std::string_view json);  // one line of the stream
// The "message" of an answer that is an error; empty if there is none.
std::string read_message(std::string_view json);

}  // namespace portcullis::swarm
