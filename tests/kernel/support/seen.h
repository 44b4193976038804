// What the kernel saw, noted by the kernel: rules in a table of their own record each port that a
// packet came through to, so that nothing has to be concluded from silence.
#pragma once

#include "tests/support/net_namespace.h"

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace portcullis::test {

using PortSet = std::set<std::uint16_t>;

// Ports by protocol and family; equal and printable, so that a test can say what it wants.
struct PortsSeen {
    PortSet tcp4, udp4, tcp6, udp6;

    bool operator==(const PortsSeen&) const = default;
};

std::string text(const PortsSeen& seen);
void PrintTo(const PortsSeen& seen, std::ostream* out);

class Seen {
  public:
    // Of what comes to the machine by interfaces whose names begin so ("eth*"). Takes note from now
    // on; what another noted on the same machine is forgotten.
    Seen(const NetNamespace& machine, std::string_view interfaces);
    Seen(NetNamespace&& machine, std::string_view interfaces) = delete;  // it would be gone

    // How many segments and datagrams came at all, before any rule had a say; resets, with which a
    // kernel answers what it did not ask for, are left out.
    [[nodiscard]] std::uint64_t arrived() const;

    // Those of them that got to the machine's own sockets.
    [[nodiscard]] std::uint64_t delivered() const;

    // Ports of what got to the machine's own sockets, to its bridges and other networks, and what
    // machines answered that were asked: source ports of SYN+ACKs and of datagrams.
    [[nodiscard]] PortsSeen input() const;
    [[nodiscard]] PortsSeen forwarded() const;
    [[nodiscard]] PortsSeen answers() const;
    // Sources of segments and datagrams that got to the machine's own sockets, as text.
    [[nodiscard]] std::set<std::string> sources() const;

    void forget();

  private:
    [[nodiscard]] PortsSeen ports(std::string_view chain) const;

    const NetNamespace& machine_;
};

}  // namespace portcullis::test
