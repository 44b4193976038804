#include "proxy/origin/fleet.h"

#include <algorithm>

namespace portcullis::origin {

std::shared_ptr<Endpoint> Fleet::pick(const ServiceConfig& config, const Wish& wish,
                                      Clock::time_point now) {
    // One where it has not failed, or not just now, or any: for a second try one that is ejected is
    // a better bet than one that has just failed.
    const Tried tried{wish.tried};
    const Tried last = tried.last(std::min<std::size_t>(tried.size(), 1));
    candidates_.clear();
    for (const Tried without : {tried, last, Tried{}}) {
        for (const Rank least : {Rank::staying, Rank::leaving, Rank::ejected}) {
            if (candidates_.empty()) {
                collect(config, wish, without, least, now);
            }
        }
    }
    if (candidates_.empty()) {
        return nullptr;
    }
    if (wish.sticky != 0) {
        for (const std::size_t place : places_) {
            if (endpoints_[place]->tag() == wish.sticky) {
                return endpoints_[place];
            }
        }
    }
    const Method method{config.balance, wish.key, config.hash.load_max};
    return endpoints_[places_[origin::pick(method, candidates_, rotation_)]];
}

bool Fleet::available() const {
    return std::any_of(endpoints_.begin(), endpoints_.end(),
                       [](const auto& endpoint) { return endpoint->up(); });
}

bool Fleet::ending(Clock::time_point now) const {
    return available() &&
           std::all_of(endpoints_.begin(), endpoints_.end(), [now](const auto& endpoint) {
               return !endpoint->up() || endpoint->ending(now);
           });
}

bool Fleet::available_besides(const Endpoint& failed) const {
    return failed.leaving() ||
           std::any_of(endpoints_.begin(), endpoints_.end(), [&](const auto& endpoint) {
               return endpoint.get() != &failed && endpoint->up();
           });
}

std::vector<std::shared_ptr<Endpoint>> Fleet::note(const EjectionConfig& config,
                                                   const std::shared_ptr<Endpoint>& endpoint,
                                                   const Outcome& outcome, Clock::time_point now) {
    std::vector<std::shared_ptr<Endpoint>> out;
    if (eject(config, *endpoint, endpoint->note(outcome), now)) {
        out.push_back(endpoint);
    }
    if (now - judged_ < config.interval) {
        return out;
    }
    judged_ = now;
    std::vector<Ejection::Interval> intervals;
    for (const auto& each : endpoints_) {
        intervals.push_back(each->ejection().take_interval(now));
    }
    const std::vector<Ejection::Why> verdicts = judge(intervals, config);
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        if (eject(config, *endpoints_[i], verdicts[i], now)) {
            out.push_back(endpoints_[i]);
        }
    }
    return out;
}

bool Fleet::eject(const EjectionConfig& config, Endpoint& endpoint, Ejection::Why why,
                  Clock::time_point now) {
    if (why == Ejection::Why::none || endpoint.ejection().ejected(now)) {
        return false;
    }
    if (!may_eject(config, now)) {
        endpoint.ejection().spare();
        endpoint.stats()->add(EndpointEvent::ejections_spared);
        return false;
    }
    endpoint.eject(config, why, now);
    return true;
}

// Of those that could serve.
bool Fleet::may_eject(const EjectionConfig& config, Clock::time_point now) const {
    std::size_t up = 0;
    std::size_t out = 1;
    for (const auto& endpoint : endpoints_) {
        up += endpoint->up() ? 1 : 0;
        out += endpoint->up() && endpoint->ejection().ejected(now) ? 1 : 0;
    }
    return out * 100 <= up * config.share_max;
}

bool Fleet::drop_an_idle() {
    return std::any_of(endpoints_.begin(), endpoints_.end(),
                       [](const auto& endpoint) { return endpoint->drop_an_idle(); });
}

void Fleet::collect(const ServiceConfig& config, const Wish& wish, Tried without, Rank least,
                    Clock::time_point now) {
    candidates_.clear();
    places_.clear();
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        Endpoint& endpoint = *endpoints_[i];
        const Rank rank = endpoint.ejection().ejected(now) ? Rank::ejected
                          : endpoint.leaving()             ? Rank::leaving
                                                           : Rank::staying;
        if (!endpoint.up() || endpoint.denied(now) || rank > least ||
            std::find(without.begin(), without.end(), &endpoint) != without.end()) {
            continue;
        }
        const bool timed = config.balance == Balance::ewma;
        candidates_.push_back({endpoint.load(wish.tunnel), endpoint.weight(now),
                               timed ? endpoint.latency().value(now) : 0, endpoint.identity(),
                               &endpoint.turn()});
        places_.push_back(i);
    }
}

}  // namespace portcullis::origin
