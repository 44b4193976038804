#include "tests/support/process_facts.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <unistd.h>

namespace portcullis::test {

namespace {

std::filesystem::path proc(pid_t pid, const char* name) {
    return std::filesystem::path{"/proc"} / std::to_string(pid) / name;
}

std::runtime_error unreadable(const std::filesystem::path& file) {
    return std::runtime_error{"cannot read " + file.string()};
}

// The bytes of a "Name:   123 kB" line.
std::size_t kilobyte_line(const std::filesystem::path& file, const std::string& name) {
    std::ifstream in{file};
    for (std::string word; in >> word;) {
        std::size_t kilobytes = 0;
        if (word == name && in >> kilobytes) {
            return kilobytes * 1024;
        }
    }
    throw unreadable(file);
}

}  // namespace

std::size_t resident_bytes(pid_t pid) {
    return kilobyte_line(proc(pid, "status"), "VmRSS:");
}

std::size_t proportional_bytes(pid_t pid) {
    return kilobyte_line(proc(pid, "smaps_rollup"), "Pss:");
}

std::size_t open_descriptors(pid_t pid) {
    try {
        const std::filesystem::directory_iterator entries{proc(pid, "fd")};
        return static_cast<std::size_t>(std::distance(begin(entries), end(entries)));
    } catch (const std::filesystem::filesystem_error&) {
        throw unreadable(proc(pid, "fd"));
    }
}

std::chrono::milliseconds cpu_time(pid_t pid) {
    std::ifstream in{proc(pid, "stat")};
    std::string line;
    std::getline(in, line);
    // The second field is the program's name in parentheses and may hold spaces; utime is the 14th.
    std::istringstream fields{line.substr(line.rfind(')') + 1)};
    std::string ignored;
    for (int field = 3; field < 14; ++field) {
        fields >> ignored;
    }
    long user_ticks = 0;
    long system_ticks = 0;
    if (!(fields >> user_ticks >> system_ticks)) {
        throw unreadable(proc(pid, "stat"));
    }
    return std::chrono::milliseconds{(user_ticks + system_ticks) * 1000 / ::sysconf(_SC_CLK_TCK)};
}

std::vector<pid_t> children(pid_t pid) {
    const std::filesystem::path file = proc(pid, "task") / std::to_string(pid) / "children";
    std::ifstream in{file};
    if (!in) {
        throw unreadable(file);
    }
    return {std::istream_iterator<pid_t>{in}, {}};
}

std::string command_line(pid_t pid) {
    std::ifstream in{proc(pid, "cmdline")};
    std::string text{std::istreambuf_iterator<char>{in}, {}};
    std::replace(text.begin(), text.end(), '\0', ' ');
    return text;
}

}  // namespace portcullis::test
