// Who is banned, until when: addresses and prefixes of either family. Plain values; the kernel's
// sets are made of them, and a file keeps them across restarts.
#pragma once

#include "base/result.h"
#include "firewall/program/facts.h"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

// A ban longer than this is a rule, and belongs into the configuration.
constexpr std::chrono::hours kBanMax{24 * 366};

// Shorter prefixes would ban half the world, by a slip of the finger.
constexpr int kBanBits4Min = 8, kBanBits6Min = 16;

// This moment, as bans end.
inline Expiry expiry_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// What an operator asked to ban; refuses what is too wide.
Result<Cidr> parse_bannable(std::string_view text);

class BanTable {
  public:
    // bans_max: firewall.bans_max. More are refused.
    explicit BanTable(std::size_t bans_max) : max_{bans_max} {}

    // Of two bans of one prefix the longer one counts. False: the table is full, or nothing was
    // left to do because it is banned for as long already.
    bool ban(const Ban& ban);
    // False when this very prefix is not banned.
    bool unban(const Cidr& prefix);

    // Those whose time is over at this moment; the kernel has dropped them by itself.
    std::vector<Cidr> take_expired(Expiry now);

    // A ban that covers the address; null when there is none.
    [[nodiscard]] std::optional<Ban> covering(const IpAddress& address) const;

    [[nodiscard]] bool full() const { return until_.size() >= max_; }

    [[nodiscard]] std::size_t size() const { return until_.size(); }

    [[nodiscard]] std::vector<Ban> all() const;  // sorted by prefix

  private:
    std::size_t max_;
    std::map<Cidr, Expiry> until_;
};

// One ban a line: "192.0.2.0/24 1764018985", the time in seconds since 1970.
std::string bans_text(const BanTable& bans);

// The inverse. Lines that are no ban are left out and counted; so are those beyond bans_max.
struct ReadBans {
    BanTable bans;
    std::size_t unread = 0;
};

ReadBans read_bans(std::string_view text, std::size_t bans_max, Expiry now);

}  // namespace portcullis::firewall
