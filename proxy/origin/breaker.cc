#include "proxy/origin/breaker.h"

namespace portcullis::origin {

Breaker::Place Breaker::enter(const std::shared_ptr<Breaker>& breaker, Kind kind, std::size_t limit,
                              const Share& share, Refused& refused) {
    const auto index = static_cast<std::size_t>(kind);
    if (breaker->counts_[index] >= limit) {
        refused = Refused::full;
        return {};
    }
    if (share.client &&
        !breaker->clients_[index].try_add(*share.client, 1, share.most, limit / 2)) {
        refused = Refused::share;
        return {};
    }
    refused = Refused::no;
    ++breaker->counts_[index];
    return {breaker, kind, share.client};
}

void Breaker::leave(Kind kind, const std::optional<ClientKeys>& client) {
    const auto index = static_cast<std::size_t>(kind);
    --counts_[index];
    if (client) {
        clients_[index].remove(*client, 1);
    }
}

}  // namespace portcullis::origin
