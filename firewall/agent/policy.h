// A configuration that the firewall may act on, and the program it makes.
#pragma once

#include "config/load.h"
#include "firewall/program/facts.h"
#include "firewall/program/program.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace portcullis::firewall {

struct WallPolicy {
    std::shared_ptr<const Config> config;  // never null
    std::string text;                      // as the file had it

    [[nodiscard]] const FirewallConfig& wall() const { return config->firewall; }
};

struct PolicyAttempt {
    std::optional<WallPolicy> policy;
    std::string complaints;  // for a terminal: mistakes and warnings; may be empty
    // What could be read, also of a file with mistakes: where the state is kept is asked of it.
    FirewallConfig draft;
};

PolicyAttempt load_policy(const std::filesystem::path& file);
// file names the mistakes and is where relative paths start.
PolicyAttempt policy_of(std::string text, const std::filesystem::path& file);

// The program for this policy on this machine, proven. The error says which packets show that it
// must not be used.
Result<Program> proven_program(const FirewallConfig& policy, const Facts& facts);

}  // namespace portcullis::firewall
