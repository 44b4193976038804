#include "config/swarm/moment.h"

#include "base/file.h"

#include <algorithm>
#include <ctime>

namespace portcullis::swarm {
namespace {

std::uint64_t milliseconds_of(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000 +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

// The same in every namespace of a machine (random(4)).
std::string read_boot_id() {
    const auto id = read_file("/proc/sys/kernel/random/boot_id", 64);
    return id ? id->substr(0, id->find('\n')) : std::string{};
}

}  // namespace

Moment moment_now() {
    static const std::string boot = read_boot_id();
    return {milliseconds_of(CLOCK_REALTIME), boot, milliseconds_of(CLOCK_BOOTTIME)};
}

Duration age(const Moment& then, const Moment& now) {
    const bool same_boot = !then.boot.empty() && then.boot == now.boot;
    const auto before = static_cast<Duration::rep>(same_boot ? then.since_boot : then.wall);
    const auto after = static_cast<Duration::rep>(same_boot ? now.since_boot : now.wall);
    const Duration passed{after - before};
    const Duration skew = same_boot ? Duration::zero() : kSkewMax;
    return passed < -skew ? kAgeUnknown : std::max(passed, Duration::zero());
}

}  // namespace portcullis::swarm
