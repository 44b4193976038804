// Whose socket is on 443? In mode edge connections to it bypass connection tracking, and with it
// Docker's DNAT, so that nobody can take 443 from us; if the socket is another's all the same
// (docker-proxy, a web server that was forgotten), that program would serve strangers with our
// rules' help. Then connections are tracked instead.
#pragma once

#include "firewall/netlink/listeners.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

enum class ListenerState : std::uint8_t {
    ours,
    none,     // nobody listens, yet: nothing answers, and the rules need not change
    foreign,  // at least one socket is another program's, or its program cannot be seen
};

std::string_view name(ListenerState state);

struct ListenerVerdict {
    ListenerState state = ListenerState::none;
    std::string sentence;  // who it is; empty when ours

    bool operator==(const ListenerVerdict&) const = default;
};

// file_name: of the program a process executes; empty when it cannot be seen.
ListenerVerdict judge_listeners(const std::vector<Listener>& listeners, std::string_view ours,
                                const std::function<std::string(pid_t)>& file_name);

// From /proc/PID/exe; also of a program whose file was replaced by a newer one meanwhile.
std::string executable_name(pid_t process);

}  // namespace portcullis::firewall
