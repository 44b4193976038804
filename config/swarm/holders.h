// Which task has an address, by one answer of the engine.
//
// Invariant: an address has at most one holder. Of the listed tasks that have not ended, one that
// is wanted comes before one that was told to end, and the younger before the older: the manager
// gives an address to another task only after it took it back. A task counts from the moment it is
// listed with the address, which is before its container runs, and whatever its service is.
#pragma once

#include "config/swarm/answers.h"

#include <map>
#include <string>
#include <vector>

namespace portcullis::swarm {

class Holders {
  public:
    // networks: ids of those whose addresses are told apart. tasks outlives this.
    Holders(const std::vector<EngineTask>& tasks, const std::vector<std::string>& networks);

    // Whether the answer gives the address to another task than this one.
    [[nodiscard]] bool gave_away(const IpAddress& address, const std::string& task) const;

  private:
    std::map<IpAddress, const EngineTask*> holders_;
};

}  // namespace portcullis::swarm
