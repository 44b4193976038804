// A netlink socket of nf_tables: who holds it open owns the tables that were made through it.
#pragma once

#include "base/fd.h"
#include "firewall/netlink/answer.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace portcullis::firewall {

using Datagram = std::vector<std::uint8_t>;

// Blocking, and never for long: the kernel answers while it is asked. One thread at a time. Not to
// be shared between the batches of an owner and dumps: give each a socket of its own.
class Socket {
  public:
    static Answer<Socket> open();

    // One that another process, or an earlier life of this one, opened and passed on: systemd's fd
    // store. Refuses what is no netlink socket of nf_tables. What it owned it still owns.
    static Answer<Socket> adopt(Fd fd);

    [[nodiscard]] int fd() const { return fd_.get(); }

    // What the kernel calls it, and so the owner of its tables (InstalledTable::owner).
    [[nodiscard]] std::uint32_t port() const { return port_; }

    // Gives up the descriptor; a copy of it held elsewhere keeps the ownership.
    [[nodiscard]] Fd take_fd() { return std::move(fd_); }

    // One datagram, however large (SO_SNDBUFFORCE; without that privilege EMSGSIZE for more than
    // net.core.wmem_max).
    [[nodiscard]] Answer<void> send(std::span<const std::uint8_t> bytes);

    // The next datagram that is there or comes within kPatience; empty: none did.
    [[nodiscard]] Answer<Datagram> receive();

    // The same without waiting.
    [[nodiscard]] Answer<Datagram> try_receive();

  private:
    Socket(Fd fd, std::uint32_t port) : fd_{std::move(fd)}, port_{port} {}

    static Answer<Socket> prepared(Fd fd);

    Fd fd_;
    std::uint32_t port_ = 0;
    std::size_t send_bytes_ = 0;  // what the send buffer was last set to
};

}  // namespace portcullis::firewall
