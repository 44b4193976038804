// Makes a connection to an endpoint: TCP, whose the address is, who the client is, TLS.
#pragma once

#include "base/task.h"
#include "proxy/origin/lease.h"
#include "proxy/origin/traffic.h"
#include "proxy/tls/origin_context.h"

#include <memory>
#include <optional>
#include <string_view>

namespace portcullis::origin {

class Connector {
  public:
    // How long one attempt to connect to a swarm task may take: shorter than the second after which
    // the kernel repeats its SYN (TCP_TIMEOUT_INIT, RFC 6298 section 2.1).
    static constexpr Duration kAttemptMax = std::chrono::milliseconds{850};
    // A connection that took so long, because the thread was busy, may be of a repeated SYN.
    static constexpr Duration kSynRepeated = std::chrono::milliseconds{1000};

    // tls: null when the endpoints are met without.
    Connector(std::shared_ptr<const ServiceConfig> config,
              std::shared_ptr<const tls::OriginContext> tls, std::shared_ptr<Traffic> traffic)
        : config_{std::move(config)}, tls_{std::move(tls)}, traffic_{std::move(traffic)} {}

    // No witness has vouched for any endpoint since the process began.
    [[nodiscard]] bool awaits_a_witness() const {
        return traffic_->verifier && traffic_->verifier->awaits_a_witness();
    }

    // Gives a connection to reached.lease, whose endpoint it is to, within the timeout.
    // endpoint_moved: the endpoint has left meanwhile, or the address is another task's;
    // endpoints_unverified: nobody knows whose it is. No byte was sent to it then. reached and
    // cancel must outlive the task.
    Task<Fault> dial(stream::Loop& loop, Reached& reached, std::string_view prologue,
                     tls::Speak speak, Duration timeout, stream::CancelToken* cancel);

  private:
    Fault still_there(const Endpoint& endpoint);
    Task<Fault> reach_address(stream::Loop& loop, const Endpoint& endpoint,
                              std::optional<stream::Socket>& socket, stream::Deadline deadline,
                              stream::CancelToken* cancel);
    static Task<Fault> open(stream::Loop& loop, const SocketAddress& address,
                            std::optional<stream::Socket>& socket, stream::Deadline deadline,
                            stream::CancelToken* cancel);
    Task<Fault> introduce(stream::Stream& stream, Reached& reached, std::string_view prologue,
                          tls::Speak speak, stream::Deadline deadline, stream::CancelToken* cancel);
    Task<Fault> secure(stream::Stream& stream, tls::Speak speak, stream::Deadline deadline,
                       Reached& reached);

    std::shared_ptr<const ServiceConfig> config_;
    std::shared_ptr<const tls::OriginContext> tls_;
    std::shared_ptr<Traffic> traffic_;  // of the service: its counters, and its verifier
};

}  // namespace portcullis::origin
