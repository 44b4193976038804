// When to look at the swarm next, and at what of it. A pure machine. Tasks are looked at with every
// look: after poll while anything moves, then twice as late each time until poll_quiet. Events say
// when services move, not when tasks do: they mean "look now", kApart after the last look at the
// earliest, and that something moves. Services are looked at when an event said so, after kOften,
// and always while no events come; nodes and networks likewise.
#pragma once

#include "config/types/duration.h"

#include <chrono>

namespace portcullis::swarm {

constexpr auto kApart = std::chrono::milliseconds{50};
constexpr auto kOften = std::chrono::seconds{5};
constexpr auto kCalm = std::chrono::seconds{10};  // so long without a change, it is quiet

struct Look {
    bool services = false;
    bool cluster = false;  // nodes and networks

    bool operator==(const Look&) const = default;
};

class Rhythm {
  public:
    using Time = std::chrono::steady_clock::time_point;

    Rhythm(Duration poll, Duration poll_quiet) : poll_{poll}, quiet_{poll_quiet}, pause_{poll} {}

    void use(Duration poll, Duration poll_quiet);

    // Events: of services or tasks, and of nodes or networks.
    void on_event(Time now);
    void on_cluster_event(Time now);
    // The stream of events is there, or is not. Until told, it is not. Each change is an event.
    void on_stream(bool there, Time now);

    // When the next look is due. Not to be asked between begin() and end().
    [[nodiscard]] Time next() const;

    // A look begins: what is to be looked at besides tasks.
    Look begin(Time now);
    // ... and ends. moved: something is other than before, or is going to be.
    void on_good(Look look, bool moved, Time now);
    void on_failure();  // all of it is looked at again
    void on_worker();   // there is nothing to look at but the cluster

  private:
    [[nodiscard]] bool calm(Time now) const { return now - moved_ >= kCalm; }

    Duration poll_;
    Duration quiet_;
    Duration pause_;  // after the last look
    Time last_{};     // when the last look began
    Time moved_{};    // when anything last did
    Time services_due_{};
    Time cluster_due_{};
    bool stream_ = false;
    bool now_ = false;  // an event came since the last look began
};

}  // namespace portcullis::swarm
