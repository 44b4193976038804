// Asking the agent that runs, over its socket.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>

namespace portcullis::firewall {

struct AgentReply {
    unsigned status = 0;
    std::string body;
};

// One request; waits for the answer. Fails when nobody answers there.
Result<AgentReply> ask(const std::filesystem::path& socket, std::string_view method,
                       std::string_view target, std::string body = {});

}  // namespace portcullis::firewall
