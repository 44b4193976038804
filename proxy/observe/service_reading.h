// What is shown of the services and their endpoints, summed over the workers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::observe {

struct Named {
    std::string_view name;  // static
    std::uint64_t value = 0;
};

struct EndpointReading {
    std::string address;
    std::string task = {};  // of the swarm that has it; empty: an endpoint of the file
    std::vector<Named> events = {};
    std::vector<Named> standings = {};  // how many workers see it up, down, ...
    std::string_view why = {};          // not up, as some worker sees it; static
};

struct ServiceReading {
    std::string name;
    std::vector<Named> events = {};
    std::vector<EndpointReading> endpoints = {};
};

// Appends a JSON array.
void write_services(std::string& out, const std::vector<ServiceReading>& services);

// Appends Prometheus text.
void write_service_metrics(std::string& out, const std::vector<ServiceReading>& services);

}  // namespace portcullis::observe
