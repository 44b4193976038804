#include "proxy/overlay_watch.h"

#include <net/if.h>
#include <sys/socket.h>

#include <ifaddrs.h>
#include <utility>

namespace portcullis {
namespace {

constexpr std::chrono::milliseconds kLookEvery{500};

bool is_usable(const ifaddrs& interface) {
    const bool has_address =
        interface.ifa_addr != nullptr &&
        (interface.ifa_addr->sa_family == AF_INET || interface.ifa_addr->sa_family == AF_INET6);
    return has_address && (interface.ifa_flags & IFF_UP) != 0 &&
           (interface.ifa_flags & IFF_LOOPBACK) == 0;
}

}  // namespace

bool has_a_network() {
    ifaddrs* all = nullptr;
    if (::getifaddrs(&all) != 0) {
        return true;  // nobody knows; connections tell
    }
    bool usable = false;
    for (const ifaddrs* one = all; one != nullptr; one = one->ifa_next) {
        usable = usable || is_usable(*one);
    }
    ::freeifaddrs(all);
    return usable;
}

void OverlayWatch::start(Duration grace) {
    grace_ = grace;
    look();
}

void OverlayWatch::look() {
    const auto now = std::chrono::steady_clock::now();
    if (has_a_network()) {
        since_.reset();
        if (std::exchange(told_, false)) {
            on_back_();
        }
    } else {
        since_ = since_.value_or(now);
        if (!told_ && now - *since_ >= grace_) {
            told_ = true;
            on_gone_();
        }
    }
    timer_.expires_after(kLookEvery);
    timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) {
            look();
        }
    });
}

}  // namespace portcullis
