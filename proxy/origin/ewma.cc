#include "proxy/origin/ewma.h"

#include <algorithm>
#include <cmath>

namespace portcullis::origin {
namespace {

// An answer that took no measurable time is one nevertheless.
constexpr double kLeast = 1e-6;

double kept_after(Ewma::Clock::duration passed) {
    return std::exp(-std::chrono::duration<double>(passed) /
                    std::chrono::duration<double>(Ewma::kMemory));
}

}  // namespace

void Ewma::note(std::chrono::microseconds latency, Clock::time_point now) {
    const double taken = std::max(kLeast, std::chrono::duration<double>(latency).count());
    const double kept = kept_after(now - noted_);
    seconds_ = taken >= seconds_ ? taken : seconds_ * kept + taken * (1 - kept);
    noted_ = now;
}

double Ewma::value(Clock::time_point now) const {
    return seconds_ > 0 ? std::max(kLeast, seconds_ * kept_after(now - noted_)) : 0;
}

}  // namespace portcullis::origin
