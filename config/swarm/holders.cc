#include "config/swarm/holders.h"

#include <algorithm>
#include <tuple>

namespace portcullis::swarm {
namespace {

bool comes_before(const EngineTask& task, const EngineTask& other) {
    return std::tie(task.wanted, task.created, task.id) >
           std::tie(other.wanted, other.created, other.id);
}

}  // namespace

Holders::Holders(const std::vector<EngineTask>& tasks, const std::vector<std::string>& networks) {
    for (const EngineTask& task : tasks) {
        for (const auto& [network, address] : task.addresses) {
            if (task.ended ||
                std::find(networks.begin(), networks.end(), network) == networks.end()) {
                continue;
            }
            const EngineTask*& holder = holders_[address];
            if (holder == nullptr || comes_before(task, *holder)) {
                holder = &task;
            }
        }
    }
}

bool Holders::gave_away(const IpAddress& address, const std::string& task) const {
    const auto holder = holders_.find(address);
    return holder != holders_.end() && holder->second->id != task;
}

}  // namespace portcullis::swarm
