// What the process gives up before it serves anybody.
#pragma once

#include "base/result.h"

#include <linux/capability.h>

#include <array>
#include <span>

namespace portcullis {

// What a start needs: to bind 443; and where a keeper has found an overlay, to enter it (setns(2)).
inline constexpr std::array kStartCapabilities{CAP_NET_BIND_SERVICE};
inline constexpr std::array kKeptStartCapabilities{CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN};

// What a keeper keeps as long as it lives: what the proxies that it starts need, to make them
// another user's processes, and to signal those. Not the right to pass over files' permissions.
inline constexpr std::array kKeeperCapabilities{CAP_NET_BIND_SERVICE, CAP_SYS_ADMIN, CAP_SETUID,
                                                CAP_SETGID,           CAP_SETPCAP,   CAP_KILL};

// Of the capabilities that the calling thread holds, keeps these, as effective ones; the others are
// lost for good (capabilities(7)). Threads that it starts later hold no more.
Result<void> keep_capabilities(std::span<const int> wanted);

// No program that this process or its children execute can hold any other capability than these,
// where the process has the right to say so (CAP_SETPCAP); and none gains anything by a set-user-id
// bit or a file's capabilities (no_new_privs).
Result<void> limit_capabilities(std::span<const int> wanted);

// Drops every capability for good: from the sets of the calling thread and those it starts later,
// and no program it might execute can win them back. Call before any thread is started.
Result<void> drop_capabilities();

// Nobody but root reads this process's memory, which holds private keys: no core file, no ptrace(2)
// by another process of the same user. Call after the last change of user, which resets it.
Result<void> seal_memory();

// As many descriptors as the hard limit allows.
void raise_descriptor_limit();

}  // namespace portcullis
