#include "proxy/privileges.h"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include <array>
#include <unistd.h>

namespace portcullis {

Result<void> drop_capabilities() {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return errno_error("cannot set no_new_privs");
    }
    // Fails without CAP_SETPCAP, and then there is nothing in the bounding set that could be
    // gained.
    for (int capability = 0; capability <= CAP_LAST_CAP; ++capability) {
        (void)::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    }
    // glibc has no wrapper for capset(2).
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
    if (::syscall(SYS_capset, &header, none.data()) != 0) {
        return errno_error("cannot drop capabilities");
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
