// A line of the audit log, and how it is chained to the one before it. Pure text.
//
//   {"n":7,"time":"2026-11-24T21:16:25.123Z","who":"uid 0 pid 912 comm
//   nft","what":"drift","detail":"...",
//    "prev":"<hash of line 6>","hash":"<SHA-256 of this line up to here>"}
//
// all on one line. Numbers start at 1, with a prev of zeros. Whoever can rewrite the whole file can
// rewrite the chain as well: against that, the newest hash also goes to the process's own log,
// which can be kept elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::firewall {

enum class AuditEvent : std::uint8_t {
    started,
    stopped,
    policy,       // a program was put into the kernel
    trial,        // the same, until it is confirmed
    confirmed,    // the policy is now what a restart brings back
    rolled_back,  // nobody confirmed
    refused,      // a policy, a command or a confirmation
    drift,        // the kernel holds something else than we put there
    repaired,
    ban,
    unban,
    sysctl,
    interfaces,
    listener,  // whose socket is on 443
    alarm,
    torn,       // the line before was cut by a crash
    continued,  // the lines before are in another file
};

std::string_view name(AuditEvent event);

struct AuditEntry {
    AuditEvent what{};
    std::string who;     // a process, or "agent"
    std::string detail;  // a sentence
};

// How long who and detail may be; more is cut, and "..." put there.
constexpr std::size_t kAuditTextMax = 4096;
constexpr std::size_t kAuditLineMax = 32 * 1024;  // bytes, with everything escaped

// The end of a chain.
struct AuditHead {
    std::uint64_t number = 0;  // of the last line; 0: none yet
    std::string hash = std::string(64, '0');

    bool operator==(const AuditHead&) const = default;
};

// The next line, with its newline; head moves on to it.
std::string chain_line(AuditHead& head, std::chrono::system_clock::time_point time,
                       const AuditEntry& entry);

// What a line says of its place. Empty when it is no line of ours, or was edited.
struct AuditLink {
    std::uint64_t number = 0;
    std::string_view prev;  // these two point into the line
    std::string_view hash;
    std::string_view what;
};

std::optional<AuditLink> read_link(std::string_view line);

// SHA-256, as 64 hexadecimal digits.
std::string digest(std::string_view text);

// What stands in a torn record for the text that a crash cut.
std::string torn_detail(std::string_view text);

}  // namespace portcullis::firewall
