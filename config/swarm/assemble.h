// The configuration that is served: the operator's file, and what the swarm adds to it.
#pragma once

#include "config/model.h"
#include "config/swarm/snapshot.h"

#include <memory>
#include <vector>

namespace portcullis::swarm {

struct Assembly {
    std::shared_ptr<const Config> config;
    std::vector<Quarantine> quarantine;  // those of the snapshot included; sorted
    std::vector<Owner> owners;           // of the hosts and paths that labels have; sorted
    std::vector<Note> notes;             // those of the snapshot included; sorted
};

// Pure. Services of base that name a swarm service get its tasks as endpoints. Labelled services
// are added with their routes: first those that the snapshot's owners have, and then the others,
// the oldest service first. A service is left out as a whole, with the reason, when a label of it
// is wrong or base has a service of its name; a route, when its host is the file's or not for
// labels to claim (FileHosts), or when another service has it and the two do not share it (Claims).
Assembly assemble(const Config& base, const Snapshot& snapshot);

}  // namespace portcullis::swarm
