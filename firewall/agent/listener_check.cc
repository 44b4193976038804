#include "firewall/agent/listener_check.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fmt/format.h>

namespace portcullis::firewall {

std::string_view name(ListenerState state) {
    constexpr std::array<std::string_view, 3> names{"ours", "none", "foreign"};
    return names[static_cast<std::size_t>(state)];
}

ListenerVerdict judge_listeners(const std::vector<Listener>& listeners, std::string_view ours,
                                const std::function<std::string(pid_t)>& file_name) {
    if (listeners.empty()) {
        return {ListenerState::none, "nobody listens on 443"};
    }
    for (const Listener& listener : listeners) {
        std::string other = "a process that cannot be seen";
        // A socket that several processes hold is ours when one of them is: the rest are its
        // workers.
        const bool is_ours =
            std::any_of(listener.pids.begin(), listener.pids.end(), [&](pid_t pid) {
                const std::string program = file_name(pid);
                if (program != ours && !program.empty()) {
                    other = fmt::format("{} (pid {})", program, pid);
                }
                return program == ours;
            });
        if (!is_ours) {
            return {ListenerState::foreign,
                    fmt::format("{} listens on 443 of {}, uid {}; it should be {}", other,
                                listener.address.text(), listener.uid, ours)};
        }
    }
    return {ListenerState::ours, {}};
}

std::string executable_name(pid_t process) {
    std::error_code error;
    const auto link = std::filesystem::read_symlink(
        std::filesystem::path{"/proc"} / std::to_string(process) / "exe", error);
    std::string file = error ? std::string{} : link.filename().string();
    constexpr std::string_view deleted = " (deleted)";
    if (file.ends_with(deleted)) {
        file.resize(file.size() - deleted.size());
    }
    return file;
}

}  // namespace portcullis::firewall
