// A netlink socket: who holds one of nf_tables open owns the tables that were made through it.
#pragma once

#include "base/fd.h"
#include "firewall/netlink/answer.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace portcullis::firewall {

using Datagram = std::vector<std::uint8_t>;

// How long an answer may take. The kernel answers while it is asked; only a load that starves this
// process comes near it.
constexpr std::chrono::seconds kAnswerWithin{10};

// One thread at a time. Not to be shared between an owner's batches and a monitor's events.
class Socket {
  public:
    // Of nf_tables.
    static Answer<Socket> open();

    // Of another netlink protocol (NETLINK_ROUTE, NETLINK_SOCK_DIAG), joined to groups, a mask of
    // RTMGRP_* or the like; or of nf_tables' events.
    static Answer<Socket> open(int protocol, std::uint32_t groups);

    // One that another process, or an earlier life of this one, opened and passed on: systemd's fd
    // store. Refuses what is no netlink socket of nf_tables. What it owned it still owns.
    static Answer<Socket> adopt(Fd fd);

    [[nodiscard]] int fd() const { return fd_.get(); }

    // What the kernel calls it, and so the owner of its tables (InstalledTable::owner).
    [[nodiscard]] std::uint32_t port() const { return port_; }

    // Gives up the descriptor; a copy of it held elsewhere keeps the ownership.
    [[nodiscard]] Fd take_fd() { return std::move(fd_); }

    // One datagram, however large: asks for a send buffer of its size, beyond net.core.wmem_max
    // where it has the privilege.
    [[nodiscard]] Answer<void> send(std::span<const std::uint8_t> bytes);

    // The next datagram, waiting at most kAnswerWithin for it. ENOBUFS: some were lost, and the
    // next call goes on behind them.
    [[nodiscard]] Answer<Datagram> receive();

    // The same without waiting; empty when there is none.
    [[nodiscard]] Answer<Datagram> try_receive();

    // Room for events that come faster than they are read.
    void want_receive_buffer(int bytes);

  private:
    Socket(Fd fd, std::uint32_t port) : fd_{std::move(fd)}, port_{port} {}

    Fd fd_;
    std::uint32_t port_ = 0;
    std::size_t send_bytes_ = 0;  // what the send buffer was last asked to hold
};

}  // namespace portcullis::firewall
