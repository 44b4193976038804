// The interfaces of this machine, and word when they change.
#pragma once

#include "firewall/netlink/answer.h"
#include "firewall/netlink/socket.h"
#include "firewall/program/facts.h"

#include <vector>

namespace portcullis::firewall {

class Links {
  public:
    static Answer<Links> open();

    // Readable when something may have changed.
    [[nodiscard]] int fd() const { return events_.fd(); }

    // Takes all events that are there, without waiting. True when an interface came, went, or
    // changed its name, kind, master or state, or a default route did; also when events were lost.
    [[nodiscard]] Answer<bool> changed();

    // All of them as they are now, by index.
    [[nodiscard]] Answer<std::vector<Interface>> list();

  private:
    Links(Socket events, Socket requests)
        : events_{std::move(events)}, requests_{std::move(requests)} {}

    Socket events_;
    Socket requests_;
};

}  // namespace portcullis::firewall
