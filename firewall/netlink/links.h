// The interfaces of this machine, and word when they change.
#pragma once

#include "base/fd.h"
#include "firewall/netlink/answer.h"
#include "firewall/program/facts.h"

#include <vector>

namespace portcullis::firewall {

class Links {
  public:
    static Answer<Links> open();

    // Readable when something may have changed.
    [[nodiscard]] int fd() const { return events_.get(); }

    // Takes all events that are there, without waiting. True when an interface came, went, or
    // changed its name, kind, master or state, or a default route did; also when events were lost.
    [[nodiscard]] Answer<bool> changed();

    // All of them as they are now, by index.
    [[nodiscard]] Answer<std::vector<Interface>> list();

  private:
    Links(Fd events, Fd requests) : events_{std::move(events)}, requests_{std::move(requests)} {}

    Fd events_;
    Fd requests_;
};

}  // namespace portcullis::firewall
