// Where a worker's numbers about its services and endpoints stand, for whoever shows them.
#pragma once

#include "proxy/observe/service_reading.h"
#include "proxy/relay/site.h"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace portcullis::relay {

// Immutable, but for the numbers. Any thread may read them, as long as it likes.
struct Board {
    struct Endpoint {
        std::string address;
        std::string task;
        std::shared_ptr<const origin::EndpointStats> stats;
    };

    struct Service {
        std::string name;
        std::shared_ptr<const origin::ServiceStats> stats;
        std::vector<Endpoint> endpoints;
    };

    std::vector<Service> services;
};

std::shared_ptr<const Board> make_board(const Site& site);

// The sums. Workers that have not taken over a new configuration yet tell of what they have.
std::vector<observe::ServiceReading> read_boards(
    std::span<const std::shared_ptr<const Board>> boards);

}  // namespace portcullis::relay
