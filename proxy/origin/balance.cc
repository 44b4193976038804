#include "proxy/origin/balance.h"

#include "proxy/origin/hash.h"

#include <cmath>

namespace portcullis::origin {
namespace {

using Candidates = std::span<const Candidate>;

constexpr double kTwoTo53 = 9007199254740992.0;
// What is assumed to take so long where requests are under way and none was ever answered, in
// seconds.
constexpr double kUnknownLatency = 1e6;

// Fewer requests for its weight.
bool is_lighter(const Candidate& one, const Candidate& other) {
    return static_cast<double>(one.load) * other.weight <
           static_cast<double>(other.load) * one.weight;
}

// What one more request would have to expect there.
double cost(const Candidate& candidate) {
    const double ahead = static_cast<double>(candidate.load) / candidate.weight;
    return candidate.latency > 0 ? candidate.latency * (1 + ahead) : kUnknownLatency * ahead;
}

// Smooth weighted round robin: everybody is owed its weight, and who is owed most pays for all.
template <class Among>
std::size_t by_turns(Candidates candidates, Among among) {
    double total = 0;
    std::size_t best = candidates.size();
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (!among(candidates[i])) {
            continue;
        }
        *candidates[i].turn += candidates[i].weight;
        total += candidates[i].weight;
        if (best == candidates.size() || *candidates[i].turn > *candidates[best].turn) {
            best = i;
        }
    }
    *candidates[best].turn -= total;
    return best;
}

std::size_t least_loaded(Candidates candidates) {
    const Candidate* least = &candidates.front();
    for (const Candidate& candidate : candidates) {
        least = is_lighter(candidate, *least) ? &candidate : least;
    }
    return by_turns(candidates,
                    [least](const Candidate& other) { return !is_lighter(*least, other); });
}

// By weight, anyone but the one at without.
std::size_t draw_one(Candidates candidates, std::size_t without, Rotation& rotation) {
    double total = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        total += i == without ? 0 : candidates[i].weight;
    }
    double left = rotation.draw_below(total);
    std::size_t drawn = without == 0 ? 1 : 0;
    for (std::size_t i = drawn; i < candidates.size(); ++i) {
        if (i == without) {
            continue;
        }
        drawn = i;
        left -= candidates[i].weight;
        if (left < 0) {
            break;
        }
    }
    return drawn;
}

// Two by weight, and the better one: a herd of workers does not run to the same one.
template <class Better>
std::size_t of_two(Candidates candidates, Rotation& rotation, Better better) {
    if (candidates.size() == 1) {
        return 0;
    }
    const std::size_t first = draw_one(candidates, candidates.size(), rotation);
    const std::size_t second = draw_one(candidates, first, rotation);
    return better(candidates[second], candidates[first]) ? second : first;
}

// Weighted rendezvous: each candidate has a number for the key, and the greatest wins. When one
// comes or goes only its own keys move. The bound: nobody has more than so many times its share of
// all that is under way, so that a popular key spills over to its next ones.
std::size_t by_key(Candidates candidates, std::uint64_t key, std::size_t load_max) {
    double load = 1;  // with the one that is being placed
    double weight = 0;
    for (const Candidate& candidate : candidates) {
        load += static_cast<double>(candidate.load);
        weight += candidate.weight;
    }
    const double share = load * static_cast<double>(load_max) / 100 / weight;
    std::size_t best = candidates.size();
    double best_score = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& candidate = candidates[i];
        if (static_cast<double>(candidate.load) >= std::ceil(share * candidate.weight)) {
            continue;
        }
        const std::uint64_t number = mix(key ^ candidate.identity);
        const double part = (static_cast<double>(number >> 11U) + 0.5) / kTwoTo53;
        const double score = -candidate.weight / std::log(part);
        if (best == candidates.size() || score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;  // the bound is above the average, so one of them is below it
}

}  // namespace

// Marsaglia's xorshift64: two picks need speed and spread, not secrecy.
std::uint64_t Rotation::draw() {
    random ^= random << 13U;
    random ^= random >> 7U;
    random ^= random << 17U;
    return random;
}

double Rotation::draw_below(double limit) {
    return static_cast<double>(draw() >> 11U) / kTwoTo53 * limit;
}

std::size_t pick(const Method& method, Candidates candidates, Rotation& rotation) {
    switch (method.balance) {
        case Balance::round_robin:
            return by_turns(candidates, [](const Candidate&) { return true; });
        case Balance::least_requests:
            return least_loaded(candidates);
        case Balance::ewma:
            return of_two(candidates, rotation, [](const Candidate& one, const Candidate& other) {
                return cost(one) < cost(other);
            });
        case Balance::hash:
            if (method.key) {
                return by_key(candidates, *method.key, method.load_max);
            }
            break;
        case Balance::p2c:
            break;
    }
    return of_two(candidates, rotation, is_lighter);
}

}  // namespace portcullis::origin
