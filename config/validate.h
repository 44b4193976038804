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

// config/validate_tls.cc: the certificates themselves, and whether the routes' hosts are covered by
// them.
void validate_certificates(const Config& config, std::chrono::system_clock::time_point now,
                           Findings& findings);
void validate_coverage(const Config& config, Findings& findings);

// config/validate_firewall.cc: the firewall's section, all that its own program asks for.
void validate_firewall(const Config& config, Findings& findings);

}  // namespace portcullis
