// Asks who has an endpoint's address, where that is needed (admission.h). One question at a time
// for each endpoint, and its response serves whoever wants it within kVerdictLives.
#pragma once

#include "config/model.h"
#include "proxy/origin/admission.h"
#include "proxy/origin/endpoint.h"
#include "proxy/origin/witnesses.h"

#include <memory>

namespace portcullis::origin {

class Verifier {
  public:
    Verifier(std::shared_ptr<const Config> config, std::shared_ptr<Witnesses> witnesses)
        : config_{std::move(config)}, witnesses_{std::move(witnesses)} {}

    // Nobody has to be asked about this endpoint now.
    [[nodiscard]] bool vouches_for(const Endpoint& endpoint) const;

    // It is known already that nobody vouches for it, and that is counted.
    bool refuses(const Endpoint& endpoint, Verdict::Clock::time_point now,
                 ServiceStats& stats) const;

    // No witness has vouched for any endpoint since the process began: one may be about to come.
    [[nodiscard]] bool awaits_a_witness() const { return !witnesses_->have_vouched(); }

    // Of a connection that has just been made, from that address of ours: none; endpoint_moved;
    // endpoints_unverified; and shutdown_deadline when it was cancelled. stats: of the endpoint's
    // service. All must outlive the task.
    Task<Fault> verify(stream::Loop& loop, Endpoint& endpoint, IpAddress own, ServiceStats& stats,
                       stream::CancelToken* cancel) const;

  private:
    Task<> ask(stream::Loop& loop, Endpoint& endpoint, IpAddress own, ServiceStats& stats) const;

    std::shared_ptr<const Config> config_;
    std::shared_ptr<Witnesses> witnesses_;
};

}  // namespace portcullis::origin
