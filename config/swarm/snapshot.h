// What the swarm says, as far as the proxy and the wall need it: a document of one version, that
// portcullis-discovery writes and the others follow. It holds no environment, no secret, no image.
#pragma once

#include "base/result.h"
#include "config/swarm/moment.h"
#include "config/types/address.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::swarm {

struct Task {
    std::string id;
    IpAddress address;     // on the network that the proxy shares with its service
    bool leaving = false;  // told to end, or ill: for when no other may be picked

    bool operator==(const Task&) const = default;
};

struct Service {
    std::string name;
    std::string id;
    std::string created;  // RFC 3339, UTC: of two services that claim one host the older one has it
    std::string stack;    // that it was deployed with; empty: none. Shown to people; gives no right
    // Those that begin with kLabelPrefix, whole; of a service whose labels have become wrong, those
    // that were right before.
    std::map<std::string, std::string> labels;
    std::vector<Task> tasks;  // by id

    bool operator==(const Service&) const = default;
};

// A service that is not routed, or one of its routes, and why, for people.
struct Quarantine {
    std::string service;
    std::string reason;
    std::string route = {};  // host and path; empty: the service as a whole

    auto operator<=>(const Quarantine&) const = default;
};

// What an operator should know of a service that is no fault, or of the swarm (service is empty).
struct Note {
    std::string service;
    std::string sentence;

    auto operator<=>(const Note&) const = default;
};

// A host and path that labels have claimed, and the service that has them: it keeps them until it
// gives them up or is removed.
struct Owner {
    std::string host;
    std::string path;
    std::string service;  // its id

    auto operator<=>(const Owner&) const = default;
};

struct Snapshot {
    std::uint64_t serial = 0;            // a later one is greater; milliseconds since 1970 at least
    Moment seen;                         // when the swarm last said so
    std::vector<IpAddress> nodes;        // of the cluster, this one included; sorted
    std::vector<Service> services;       // on one of the networks; by name
    std::vector<Owner> owners;           // sorted
    std::vector<Quarantine> quarantine;  // sorted; in services, too, if on one of the networks
    std::vector<Note> notes;             // sorted

    bool operator==(const Snapshot&) const = default;
};

constexpr std::string_view kLabelPrefix = "portcullis.";
constexpr std::size_t kSnapshotBytesMax = 16U << 20U;  // 1,000 services of 50 tasks take a third

// Whether they say the same of the swarm, whenever they do.
bool same_swarm(const Snapshot& left, const Snapshot& right);

// Canonical JSON: sorted keys, no white space; the same snapshot is the same bytes.
std::string write(const Snapshot& snapshot);

// Strict: an unknown version or key, a missing one, anything of the wrong kind, and an address that
// two tasks have is an error.
Result<Snapshot> read(std::string_view document);

}  // namespace portcullis::swarm
