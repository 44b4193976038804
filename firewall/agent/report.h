// What the agent shows of itself: JSON for people and programs, Prometheus text for monitoring.
#pragma once

#include "firewall/netlink/kernel.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

struct Report {
    std::string mode;       // of the policy
    std::string policy;     // SHA-256 of its text
    bool confirmed = true;  // false while on trial
    std::string trial;
    std::int64_t trial_seconds_left = 0;
    std::string start;  // adopted, claimed, replaced or built
    std::string ownership;
    Generation generation = 0;  // of the last program of ours
    std::string drift;
    std::uint64_t drifts = 0;
    std::uint64_t repairs = 0;
    std::uint64_t repairs_failed = 0;
    double repair_seconds = 0;  // the last one, from the kernel's notice to its acknowledgement
    std::int64_t verified_seconds_ago = 0;  // since the kernel was last seen to hold our program
    std::string listener;
    std::vector<std::string> degraded;  // "name: what it means"
    std::vector<std::string> alarms;    // what an operator should look at
    std::vector<std::string> sysctls;   // what was changed, and from what
    std::size_t bans = 0;
    std::size_t bans_max = 0;
    std::uint64_t bans_refused = 0;
    std::uint64_t reloads = 0;
    std::uint64_t reloads_refused = 0;
    std::int64_t uptime_seconds = 0;
    std::uint64_t audit_number = 0;  // the last line's
    std::string audit_hash;
    std::uint64_t audit_failures = 0;  // lines that could not be written
    Counters counters;                 // since the process started, over all programs
};

// All that should be so is so.
bool is_fine(const Report& report);

std::string status_json(const Report& report);   // one object, a member a line
std::string metrics_text(const Report& report);  // text format 0.0.4

}  // namespace portcullis::firewall
