// What is asked of the agent over its socket, as JSON bodies: made by the commands, read by the
// agent.
//   POST /apply    ApplyRequest
//   POST /ban      BanRequest
//   POST /unban    BanRequest, without time
//   POST /confirm  no body
#pragma once

#include "base/result.h"
#include "config/types/cidr.h"

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

struct ApplyRequest {
    std::filesystem::path file;    // absolute; names mistakes, and is where relative paths start
    std::string text;              // its content
    std::chrono::seconds trial{};  // 0: for good at once
    bool force = false;            // also when the asking login would be locked out

    bool operator==(const ApplyRequest&) const = default;
};

struct BanRequest {
    std::vector<Cidr> prefixes;
    std::chrono::seconds time{};
    std::string reason;
    bool force = false;

    bool operator==(const BanRequest&) const = default;
};

// 100,000 prefixes take about 4 MB.
constexpr std::size_t kRequestBytesMax = 32U << 20U;

// How long a program may be on trial.
constexpr std::chrono::seconds kTrialMin{1}, kTrialMax{3600};

std::string to_json(const ApplyRequest& request);
std::string to_json(const BanRequest& request);

// Every error is a sentence for whoever asked.
Result<ApplyRequest> read_apply(std::string_view json);
Result<BanRequest> read_ban(std::string_view json);
Result<BanRequest> read_unban(std::string_view json);

}  // namespace portcullis::firewall
