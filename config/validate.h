// Judges a model that was read: what each value may be is config/options.h's, how they fit together
// is here.
#pragma once

#include "config/diagnostics.h"
#include "config/model.h"
#include "config/read.h"

#include <chrono>
#include <string>
#include <vector>

namespace portcullis {

// Pure. Certificates that are not loaded are passed over: their mistake is known already.
std::vector<Diagnostic> validate(const Config& config, const Positions& positions,
                                 std::chrono::system_clock::time_point now);

// Collects what is found, each with its place: that of its path, or of the nearest value around it.
class Findings {
  public:
    Findings(const Config& config, const Positions& positions)
        : file_{config.file.string()}, positions_{positions} {}

    void error(std::string path, std::string wrong, std::string right = {});
    void warning(std::string path, std::string wrong, std::string right = {});
    // The error of a check, in which "; " stands before what would be right; nothing when it has
    // passed.
    void judge(const Result<void>& checked, std::string path);

    // Whether this value stands in the file and could be read.
    [[nodiscard]] bool placed(std::string_view path) const { return positions_.contains(path); }

    // Enough were found; those that cost time to explain may be left out.
    [[nodiscard]] bool full() const { return diagnostics_.size() >= kDiagnosticsMax; }

    std::vector<Diagnostic> take() { return std::move(diagnostics_); }

  private:
    void add(Severity severity, std::string path, std::string wrong, std::string right);

    std::string file_;
    const Positions& positions_;
    std::vector<Diagnostic> diagnostics_;
};

// "routes[2].service"
std::string indexed(std::string_view list, std::size_t index, std::string_view key = {});

// A prefix that stands in the list twice.
void validate_no_twins(const std::vector<Cidr>& prefixes, const std::string& path,
                       Findings& findings);

// config/validate_tls.cc: the certificates themselves, and whether the routes' hosts are covered by
// them.
void validate_certificates(const Config& config, std::chrono::system_clock::time_point now,
                           Findings& findings);
void validate_revocations(const Config& config, std::chrono::system_clock::time_point now,
                          Findings& findings);
void validate_coverage(const Config& config, Findings& findings);

// config/validate_services.cc: their names, endpoints, and how they are spoken to.
void validate_services(const Config& config, Findings& findings);

// config/validate_routes.cc: where each route leads, and whether a request can reach it.
void validate_routes(const Config& config, Findings& findings);
void validate_service_name(const Config& config, std::string_view service, const std::string& path,
                           Findings& findings);

// config/validate_access.cc: who may make a route's requests. path is the route's.
void validate_access(const Config& config, const RouteConfig& route, const std::string& path,
                     Findings& findings);

// config/validate_edits.cc: what a route changes in requests and answers. path is the route's.
void validate_edits(const RouteConfig& route, const std::string& path, Findings& findings);
void validate_error_pages(const std::vector<ErrorPage>& pages, const std::string& path,
                          Findings& findings);

// config/validate_firewall.cc: the firewall's section, all that its own program asks for.
void validate_firewall(const Config& config, Findings& findings);

// config/validate_discovery.cc: how the swarm is asked, and where its tasks are met from.
enum class SnapshotUse { writes, follows };
void validate_discovery(const Config& config, SnapshotUse use, Findings& findings);
void validate_overlay(const Config& config, Findings& findings);

// Whether TLS to this service is not terminated. False for one that is not there.
bool passes_through(const Config& config, std::string_view service);

}  // namespace portcullis
