// What must become of a packet, asked of the policy alone: the other opinion that a program is
// proven against. It knows no chains and no sets, and shares no code with compile.
#pragma once

#include "config/firewall_model.h"
#include "firewall/program/facts.h"
#include "firewall/program/packet.h"

#include <vector>

namespace portcullis::firewall {

enum class Due : std::uint8_t {
    pass,  // it must get through while no limit is exceeded
    free,  // either is fine
    end,   // it must not
};

class Expectation {
  public:
    // Both must outlive it.
    Expectation(const FirewallConfig& policy, const Facts& facts);

    [[nodiscard]] Due due(const Packet& packet) const;

    // Whether the interface, by index, name and kind, is inside.
    [[nodiscard]] bool inside(std::uint64_t index, std::string_view name,
                              std::string_view kind) const;
    [[nodiscard]] bool inside(const Packet& packet) const;

    [[nodiscard]] bool peer(const Bytes& address) const;
    [[nodiscard]] bool manager(const Bytes& address) const;
    [[nodiscard]] bool banned(const Bytes& address) const;
    [[nodiscard]] bool bogon(const Bytes& address) const;

    // 443 is served without state, or with it; neither in mode closed.
    [[nodiscard]] bool untracked() const { return untracked_; }

    [[nodiscard]] bool tracked() const { return tracked_; }

  private:
    [[nodiscard]] Due due_outside(const Packet& packet) const;
    [[nodiscard]] Due due_at_gate(const Packet& packet) const;
    [[nodiscard]] Due due_stacked(const Packet& packet) const;
    [[nodiscard]] Due due_around(const Packet& packet) const;
    [[nodiscard]] bool forged(const Packet& packet) const;
    [[nodiscard]] bool open_port(const Packet& packet) const;

    const FirewallConfig& policy_;
    const Facts& facts_;
    bool untracked_;
    bool tracked_;
};

}  // namespace portcullis::firewall
