#include "proxy/observe/service_reading.h"

#include <fmt/format.h>
#include <iterator>

namespace portcullis::observe {
namespace {

void write_named(std::string& out, const std::vector<Named>& numbers) {
    for (const auto& [name, value] : numbers) {
        fmt::format_to(std::back_inserter(out), ", \"{}\": {}", name, value);
    }
}

void write_head(std::string& out, std::string_view name, std::string_view meaning,
                std::string_view type) {
    fmt::format_to(std::back_inserter(out),
                   "# HELP portcullis_{0} {1}\n# TYPE portcullis_{0} {2}\n", name, meaning, type);
}

}  // namespace

void write_services(std::string& out, const std::vector<ServiceReading>& services) {
    out += '[';
    for (const ServiceReading& service : services) {
        fmt::format_to(std::back_inserter(out), "{}\n    {{\"name\": \"{}\"",
                       &service == services.data() ? "" : ",", service.name);
        write_named(out, service.events);
        out += ", \"endpoints\": [";
        for (const EndpointReading& endpoint : service.endpoints) {
            fmt::format_to(
                std::back_inserter(out), "{}\n      {{\"address\": \"{}\", \"task\": \"{}\"",
                &endpoint == service.endpoints.data() ? "" : ",", endpoint.address, endpoint.task);
            write_named(out, endpoint.standings);
            fmt::format_to(std::back_inserter(out), ", \"why\": \"{}\"", endpoint.why);
            write_named(out, endpoint.events);
            out += '}';
        }
        out += "]}";
    }
    out += ']';
}

void write_service_metrics(std::string& out, const std::vector<ServiceReading>& services) {
    write_head(out, "service_events_total", "What happened at a service, by kind", "counter");
    for (const ServiceReading& service : services) {
        for (const auto& [event, value] : service.events) {
            fmt::format_to(std::back_inserter(out),
                           "portcullis_service_events_total{{service=\"{}\",event=\"{}\"}} {}\n",
                           service.name, event, value);
        }
    }
    write_head(out, "endpoint_workers", "Workers that see an endpoint so", "gauge");
    for (const ServiceReading& service : services) {
        for (const EndpointReading& endpoint : service.endpoints) {
            for (const auto& [standing, workers] : endpoint.standings) {
                fmt::format_to(std::back_inserter(out),
                               "portcullis_endpoint_workers{{service=\"{}\",endpoint=\"{}\","
                               "task=\"{}\",standing=\"{}\"}} {}\n",
                               service.name, endpoint.address, endpoint.task, standing, workers);
            }
        }
    }
    write_head(out, "endpoint_events_total", "What happened at an endpoint, by kind", "counter");
    for (const ServiceReading& service : services) {
        for (const EndpointReading& endpoint : service.endpoints) {
            for (const auto& [event, value] : endpoint.events) {
                fmt::format_to(std::back_inserter(out),
                               "portcullis_endpoint_events_total{{service=\"{}\",endpoint=\"{}\","
                               "task=\"{}\",event=\"{}\"}} {}\n",
                               service.name, endpoint.address, endpoint.task, event, value);
            }
        }
    }
}

}  // namespace portcullis::observe
