#include "proxy/origin/breaker.h"

namespace portcullis::origin {

Breaker::Place Breaker::enter(const std::shared_ptr<Breaker>& breaker, Kind kind,
                              std::size_t limit) {
    if (breaker->of(kind) >= limit) {
        return {};
    }
    ++breaker->count(kind);
    return {breaker, kind};
}

}  // namespace portcullis::origin
