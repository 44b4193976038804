// Do the kernel's ban sets hold what they should? Listing a full table takes a second, and whoever
// changes rules meanwhile must not have that second: a thread of its own looks.
#pragma once

#include "firewall/netlink/kernel.h"
#include "firewall/program/program.h"

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace portcullis::firewall {

enum class BanState : std::uint8_t {
    same,
    different,
    unknown,  // the dump failed, or other commits overtook it
};

struct BanVerdict {
    BanState state = BanState::same;
    std::uint64_t version = 0;      // the caller's, of what was wanted
    std::vector<std::string> sets;  // those that differ
    std::string sentence;           // how the first of them does, or why it is unknown
};

// Looks twice at what seems to differ, because a dump can be wrong (kernel.h).
BanVerdict check_bans(Socket& reader, const std::vector<Set>& wanted);

class BanCheck {
  public:
    BanCheck() = default;
    BanCheck(const BanCheck&) = delete;
    BanCheck& operator=(const BanCheck&) = delete;
    ~BanCheck();  // waits for the thread

    [[nodiscard]] bool running() const { return thread_.joinable(); }

    // tell is called once, on the thread, as its last act; whoever is told calls finish() on the
    // thread that called start(). Must not be running.
    void start(std::vector<Set> wanted, std::uint64_t version,
               std::function<void(BanVerdict)> tell);

    void finish() { thread_.join(); }

  private:
    std::thread thread_;
};

}  // namespace portcullis::firewall
