// The endpoints of a service, and which of them may be picked for a request, with what weight.
#pragma once

#include "proxy/origin/balance.h"
#include "proxy/origin/breaker.h"
#include "proxy/origin/endpoint.h"
#include "proxy/stream/cancel_token.h"

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace portcullis::origin {

// What an exchange wants of the service that it goes to.
struct Wish {
    // What the connection begins with, before TLS. One that has a prologue is made for this
    // exchange and carries no other (HTTP/1 only).
    std::string_view prologue = {};
    std::optional<std::uint64_t> key = {};  // for balance: hash
    std::uint64_t sticky = 0;               // the tag of the endpoint to come back to; 0: any
    // Where it has failed before. One of the others is picked as long as there is one.
    std::vector<const Endpoint*> tried = {};
    // Whether it is to become a tunnel, as a WebSocket does.
    bool tunnel = false;
    // Whether it needs a connection of HTTP/1.1, because HTTP/2 has no form for that tunnel.
    bool own_connection = false;
    // Whether it may be sent once more if its endpoint ends meanwhile.
    bool repeatable = true;
    // How long it may wait for an endpoint, if its service does not say less.
    Duration patience = stream::kForever;
    // By which its waits are ended when its client has left; null: nobody will.
    stream::CancelToken* cancel = nullptr;
    // Whose share of the service's circuit it is counted in; nobody's when it is not known.
    std::optional<ClientKeys> client = {};
    // Among the service's requests under way, from reach() on as long as this lives.
    Breaker::Place place = {};
};

class Fleet {
  public:
    using Clock = std::chrono::steady_clock;

    Fleet() = default;

    explicit Fleet(std::vector<std::shared_ptr<Endpoint>> endpoints)
        : endpoints_{std::move(endpoints)} {}

    // In place of those it had.
    void use(std::vector<std::shared_ptr<Endpoint>> endpoints) {
        endpoints_ = std::move(endpoints);
    }

    [[nodiscard]] const std::vector<std::shared_ptr<Endpoint>>& endpoints() const {
        return endpoints_;
    }

    // Whether any may be picked.
    [[nodiscard]] bool available() const;

    // Whether each that may be picked is about to end, and there is one.
    [[nodiscard]] bool ending(Clock::time_point now) const;

    // Whether any may be picked but this one. One that is leaving does not count: its successor is
    // about to come, if it is not there yet.
    [[nodiscard]] bool available_besides(const Endpoint& failed) const;

    // Closes the idle connection that has been unused for longest at some endpoint. False: there is
    // none.
    bool drop_an_idle();

    // A try at this endpoint has ended so. Those that are ejected for it, or because an interval is
    // over.
    std::vector<std::shared_ptr<Endpoint>> note(const EjectionConfig& config,
                                                const std::shared_ptr<Endpoint>& endpoint,
                                                const Outcome& outcome, Clock::time_point now);

    // Null when none may be picked, or each that may has just been denied by the resolver. One that
    // is leaving is when there is no other, or one that is ejected: better than nobody.
    std::shared_ptr<Endpoint> pick(const ServiceConfig& config, const Wish& wish,
                                   Clock::time_point now);

  private:
    using Tried = std::span<const Endpoint* const>;

    // Who is a candidate, the better ones first.
    enum class Rank : std::uint8_t { staying, leaving, ejected };

    void collect(const ServiceConfig& config, const Wish& wish, Tried without, Rank least,
                 Clock::time_point now);
    [[nodiscard]] bool may_eject(const EjectionConfig& config, Clock::time_point now) const;
    bool eject(const EjectionConfig& config, Endpoint& endpoint, Ejection::Why why,
               Clock::time_point now);

    std::vector<std::shared_ptr<Endpoint>> endpoints_;
    Rotation rotation_;
    Clock::time_point judged_{};  // when the intervals began
    // Of the pick under way, kept for their memory: candidates, and where each stands.
    std::vector<Candidate> candidates_;
    std::vector<std::size_t> places_;
};

}  // namespace portcullis::origin
