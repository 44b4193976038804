// Puts packets on a link as they are: no socket, route or neighbour of the sender has a say.
#pragma once

#include "tests/kernel/support/packet.h"
#include "tests/support/net_namespace.h"

#include <array>
#include <span>
#include <string>

namespace portcullis::test {

using Mac = std::array<std::uint8_t, 6>;

class Wire {
  public:
    // Frames leave through the interface, with its address as their source.
    Wire(const NetNamespace& from, const std::string& interface);

    // Each packet in a frame to that address. When it returns, a peer at the other end of a veth
    // pair has handled them. Throws when one is not taken.
    void send(std::span<const Octets> packets, const Mac& target);
    void send(const Packet& packet, const Mac& target);

  private:
    void send_batch(std::span<const Octets> packets, const Mac& target);

    Fd socket_;
    Mac source_{};
};

}  // namespace portcullis::test
