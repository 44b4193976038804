#include "base/client_tally.h"

#include "base/check.h"

#include <algorithm>

namespace portcullis {

bool ClientTally::try_add(const ClientKeys& client, std::size_t amount, std::size_t max,
                          std::size_t most) {
    for (const ClientKey& key : client) {
        const std::size_t multiple = max > SIZE_MAX / key.factor ? SIZE_MAX : max * key.factor;
        const std::size_t allowed = key.factor == 1 ? max : std::max(max, std::min(multiple, most));
        if (amount > allowed || of(key.key) > allowed - amount) {
            return false;
        }
    }
    for (const ClientKey& key : client) {
        counts_[key.key] += amount;
    }
    return true;
}

void ClientTally::remove(const ClientKeys& client, std::size_t amount) {
    for (const ClientKey& key : client) {
        const auto at = counts_.find(key.key);
        CHECK(at != counts_.end() && at->second >= amount && "a client that never entered");
        at->second -= amount;
        if (at->second == 0) {
            counts_.erase(at);
        }
    }
}

std::size_t ClientTally::of(const ClientKeys& client) const {
    return client.begin() == client.end() ? 0 : of(client.begin()->key);
}

std::size_t ClientTally::of(std::uint64_t key) const {
    const auto at = counts_.find(key);
    return at == counts_.end() ? 0 : at->second;
}

}  // namespace portcullis
