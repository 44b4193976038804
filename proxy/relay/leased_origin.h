// The origin's side on a leased connection, in the version of HTTP that it speaks.
#pragma once

#include "proxy/relay/http1_origin.h"
#include "proxy/relay/http2_origin.h"

#include <optional>

namespace portcullis::relay {

class LeasedOrigin {
  public:
    // The lease must keep its connection as long as this lives.
    LeasedOrigin(origin::Lease& lease, Context& context, Duration timeout)
        : side_{lease.multiplexed() != nullptr
                    ? static_cast<OriginSide&>(http2_.emplace(*lease.multiplexed(), timeout))
                    : http1_.emplace(lease, context, timeout)} {}

    [[nodiscard]] OriginSide& side() { return side_; }

  private:
    std::optional<Http1Origin> http1_;
    std::optional<Http2Origin> http2_;
    OriginSide& side_;
};

}  // namespace portcullis::relay
