// What outlives the process: the policy that was confirmed last, which policy was not, and the
// bans. All files are replaced whole.
//
//   confirmed.yaml  the configuration whose program is to be in the kernel whatever happens
//   unconfirmed     SHA-256 of one that was on trial: written before its program is applied,
//   removed
//                   when it is confirmed. A restart does not take such a configuration, and so
//                   cannot bring back what was just rolled back.
//   bans            bans.h
//   seeds           two numbers
//   swarm_serial    of the swarm's snapshot that was accepted last (config/swarm/accepted_serial.h)
#pragma once

#include "base/result.h"
#include "firewall/agent/bans.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::firewall {

using Seeds = std::array<std::uint32_t, 2>;

inline std::filesystem::path swarm_serial(const std::filesystem::path& state) {
    return state / "swarm_serial";
}

class StateDirectory {
  public:
    // Makes it, mode 0700, when it is not there.
    static Result<StateDirectory> open(const std::filesystem::path& path);

    // Empty when none was ever confirmed.
    [[nodiscard]] Result<std::optional<std::string>> confirmed() const;
    // Takes back what was said of it by mark_unconfirmed().
    [[nodiscard]] Result<void> set_confirmed(std::string_view configuration) const;

    [[nodiscard]] Result<void> mark_unconfirmed(std::string_view configuration) const;
    [[nodiscard]] bool is_unconfirmed(std::string_view configuration) const;

    [[nodiscard]] Result<ReadBans> bans(std::size_t bans_max, Expiry now) const;
    [[nodiscard]] Result<void> set_bans(const BanTable& bans) const;

    // The flood limiter's, so that a restart finds in the kernel what it would put there. Empty
    // when there are none.
    [[nodiscard]] std::optional<Seeds> seeds() const;
    [[nodiscard]] Result<void> set_seeds(const Seeds& seeds) const;

  private:
    explicit StateDirectory(std::filesystem::path path) : path_{std::move(path)} {}

    std::filesystem::path path_;
};

}  // namespace portcullis::firewall
