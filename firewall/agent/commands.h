// What an operator may ask of portcullis-firewall, one function for each subcommand. All print to
// standard output, complaints to standard error, and give the exit status: 0 fine, 1 the answer is
// no, 2 wrong use, 3 could not ask.
#pragma once

#include "config/types/duration.h"

#include <filesystem>
#include <string>
#include <vector>

namespace portcullis::firewall {

// Is the configuration valid? Asks nothing of the kernel.
int check(const std::filesystem::path& config);
// The program for this machine, as nft reads it.
int show(const std::filesystem::path& config);
// What applying would change; 1 when anything.
int diff(const std::filesystem::path& config);
// Is the program safe? Otherwise the packets that show it is not.
int prove(const std::filesystem::path& config);

// Through the agent that runs, or as one of its own that ends when the trial is decided. trial: 0
// is for good at once.
int apply(const std::filesystem::path& config, Duration trial, bool force);
int run(const std::filesystem::path& config);

// Of the agent that runs:
int confirm(const std::filesystem::path& config);
int status(const std::filesystem::path& config);
int bans(const std::filesystem::path& config);

struct BanCommand {
    std::vector<std::string> prefixes;
    std::filesystem::path file;  // more of them, one a line; empty: none
    Duration time{};             // not for unban
    std::string reason;
    bool force = false;
};

int ban(const std::filesystem::path& config, const BanCommand& command);
int unban(const std::filesystem::path& config, const BanCommand& command);

// Is the audit log what was written?
int verify(const std::filesystem::path& config);

}  // namespace portcullis::firewall
