// Who changed the ruleset, and where.
#pragma once

#include "firewall/netlink/answer.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/socket.h"

#include <sys/types.h>

#include <string>
#include <vector>

namespace portcullis::firewall {

// A chain that packets enter by themselves, of any table.
struct Hooked {
    std::string family;  // "inet", "ip", "ip6", "netdev", "arp", "bridge"
    std::string table;
    std::string chain;
    std::uint32_t hook = 0;  // NF_INET_*, of netdev NF_NETDEV_*
    int priority = 0;

    bool operator==(const Hooked&) const = default;
};

// Elements of one of our ban sets, come or gone.
struct TouchedBans {
    std::string set;
    std::vector<Bytes> keys;  // at most kTouchedKeysMax
    bool more = false;        // than keys, or others than addresses

    bool operator==(const TouchedBans&) const = default;
};

constexpr std::size_t kTouchedKeysMax = 1024;

// One commit. A process in a namespace that ours cannot see has pid 0.
struct RulesetChange {
    Generation generation = 0;
    pid_t pid = 0;
    std::string command;              // as the kernel knows it: the thread's name, 15 characters
    std::vector<std::string> tables;  // "inet portcullis": those with any change, each once
    std::vector<Hooked> hooked;       // base chains that it made
    std::vector<TouchedBans> bans;    // each set once

    bool operator==(const RulesetChange&) const = default;
};

struct Watched {
    std::vector<RulesetChange> changes;
    bool lost = false;  // there were more than the socket's buffer holds: read all again
};

class Monitor {
  public:
    static Answer<Monitor> open();

    // Readable when there is something to read().
    [[nodiscard]] int fd() const { return socket_.fd(); }

    // Everything that is there; never waits. An unfinished commit's events are kept for the next
    // call.
    [[nodiscard]] Answer<Watched> read();

  private:
    explicit Monitor(Socket socket) : socket_{std::move(socket)} {}

    Socket socket_;
    RulesetChange unfinished_;  // of a commit whose generation has not been told yet
};

}  // namespace portcullis::firewall
