// Whether an audit log still is what was written.
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>

namespace portcullis::firewall {

// What is wrong with the chain, in one sentence: a line that was edited, removed, or put elsewhere.
// Empty when nothing is. lines: how many were looked at.
struct AuditVerdict {
    std::uint64_t lines = 0;
    std::string wrong;
    std::string note;  // what is unusual and yet right: a line that a crash cut
};

// Fails when there is nothing to look at.
Result<AuditVerdict> verify_audit(const std::filesystem::path& log);

}  // namespace portcullis::firewall
