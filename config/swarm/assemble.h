// The configuration that is served: the operator's file, and what the swarm adds to it.
#pragma once

#include "config/model.h"
#include "config/swarm/snapshot.h"

#include <memory>
#include <vector>

namespace portcullis::swarm {

struct Assembly {
    std::shared_ptr<const Config> config;
    std::vector<Quarantine> quarantine;  // those of the snapshot included; by name
};

// Pure. Services of base that name a swarm service get its tasks as endpoints. Labelled services
// are added with their routes, the oldest first. A service is left out as a whole, with the reason,
// when a label of it is wrong, when base has a service of its name, when a host is the file's or
// not for labels to claim (FileHosts), or when an older service has it and the two do not share it
// (Claims).
Assembly assemble(const Config& base, const Snapshot& snapshot);

}  // namespace portcullis::swarm
