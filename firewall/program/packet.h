// A packet as rules see it, without bytes: what each field would read, and where it goes.
#pragma once

#include "firewall/program/field.h"

#include <array>
#include <cstdint>
#include <string>

namespace portcullis::firewall {

// The hooks it meets, in order.
enum class Path : std::uint8_t {
    input,           // ingress, prerouting, input
    forward,         // ingress, prerouting, forward: DNAT led it further, or it was never for us
    stacked,         // ingress only: macvlan or ipvlan took it there
    output,          // output
    around_input,    // input only: XDP, tc or somebody's rules led it around prerouting
    around_forward,  // forward only
};

class Packet {
  public:
    Packet& set(Field field, std::uint64_t number) {
        return set(field, Bytes{number, facts_of(field).width});
    }

    Packet& set(Field field, const Bytes& bytes) {
        values_[static_cast<std::size_t>(field)] = bytes;
        return *this;
    }

    Packet& unset(Field field) { return set(field, Bytes{}); }

    // Empty: the packet has no such field, and no match on it holds.
    [[nodiscard]] const Bytes& get(Field field) const {
        return values_[static_cast<std::size_t>(field)];
    }

    [[nodiscard]] bool has(Field field) const { return !get(field).empty(); }

    [[nodiscard]] bool is(Field field, std::uint64_t number) const {
        return has(field) && get(field).size() <= 8 && get(field).number() == number;
    }

    // ct_state, ct_direction and ct_original_proto_dst are what connection tracking will say if it
    // sees the packet; evaluate() knows when it does.
    Path path = Path::input;
    bool untracked_by_others = false;  // a foreign rule at -300 has taken it out of tracking

    bool operator==(const Packet&) const = default;

  private:
    std::array<Bytes, kFields> values_{};
};

// In one line, for people.
std::string describe(const Packet& packet);

}  // namespace portcullis::firewall
