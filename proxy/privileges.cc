#include "proxy/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <unistd.h>

namespace portcullis {
namespace {

using CapabilitySets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

std::uint32_t mask_of(std::span<const int> capabilities, std::size_t word) {
    std::uint32_t mask = 0;
    for (const int capability : capabilities) {
        if (CAP_TO_INDEX(static_cast<unsigned>(capability)) == word) {
            mask |= CAP_TO_MASK(static_cast<unsigned>(capability));
        }
    }
    return mask;
}

}  // namespace

Result<void> keep_capabilities(std::span<const int> wanted) {
    // glibc has no wrappers for capget(2) and capset(2).
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    CapabilitySets sets{};
    if (::syscall(SYS_capget, &header, sets.data()) != 0) {
        return errno_error("cannot read this process's capabilities");
    }
    for (std::size_t word = 0; word < sets.size(); ++word) {
        const std::uint32_t mask = mask_of(wanted, word);
        sets.at(word).permitted &= mask;
        sets.at(word).effective = sets.at(word).permitted;
        sets.at(word).inheritable &= mask;
    }
    if (::syscall(SYS_capset, &header, sets.data()) != 0) {
        return errno_error("cannot drop capabilities");
    }
    return {};
}

Result<void> limit_capabilities(std::span<const int> wanted) {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return errno_error("cannot set no_new_privs");
    }
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        if (std::find(wanted.begin(), wanted.end(), capability) == wanted.end()) {
            // Fails without CAP_SETPCAP; then no_new_privs is what keeps programs from gaining.
            (void)::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
    }
    return {};
}

Result<void> drop_capabilities() {
    if (const auto limited = limit_capabilities({}); !limited) {
        return limited.error();
    }
    return keep_capabilities({});
}

Result<void> seal_memory() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0) {
        return errno_error("cannot forbid core files");
    }
    if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        return errno_error("cannot forbid that other processes read this one's memory");
    }
    return {};
}

void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)::setrlimit(RLIMIT_NOFILE, &limit);
    }
}

}  // namespace portcullis
