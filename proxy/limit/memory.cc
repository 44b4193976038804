#include "proxy/limit/memory.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <malloc.h>
#include <string>
#include <unistd.h>

namespace portcullis::limit {
namespace {

constexpr auto kTrimEvery = std::chrono::seconds{2};

// What is less than so much more than before is not worth the time that giving it back takes.
constexpr std::size_t kSlackLeast = std::size_t{16} << 20U;

bool is_above(std::size_t held, std::size_t max, std::size_t tenths) {
    return held >= max / 10 * tenths;
}

// The smallest memory.max from the process's own cgroup up to the root; the line of cgroup v2 in
// /proc/self/cgroup is "0::PATH".
std::size_t cgroup_max(std::size_t most) {
    std::ifstream lines{"/proc/self/cgroup"};
    for (std::string line; std::getline(lines, line);) {
        if (!line.starts_with("0::/")) {
            continue;
        }
        for (std::filesystem::path group{line.substr(3)};; group = group.parent_path()) {
            std::ifstream file{"/sys/fs/cgroup" + group.string() + "/memory.max"};
            std::size_t max = 0;
            if (file >> max) {  // not "max"
                most = std::min(most, max);
            }
            if (group == group.parent_path()) {
                break;
            }
        }
    }
    return most;
}

}  // namespace

Pressure next(Pressure now, std::size_t held, std::size_t max) {
    if (is_above(held, max, 10)) {
        return Pressure::full;
    }
    if (is_above(held, max, 9)) {
        return now == Pressure::full ? Pressure::full : Pressure::tight;
    }
    return now != Pressure::enough && is_above(held, max, 8) ? Pressure::tight : Pressure::enough;
}

bool is_slack(std::size_t held, std::size_t quiet, const std::function<std::size_t()>& unused) {
    return quiet != 0 && held >= quiet + quiet / 4 + kSlackLeast && unused() >= (held - quiet) / 2;
}

void Memory::look(std::size_t max) {
    std::size_t held = resident();
    const Pressure likely = next(pressure(), held, max);
    const bool wanted = likely != Pressure::enough || pressure() != Pressure::enough ||
                        is_slack(held, quiet_, [] { return ::mallinfo2().fordblks; });
    if (wanted && trim()) {
        held = resident();
        quiet_ = held;
    }
    quiet_ = quiet_ == 0 ? held : std::min(quiet_, held);
    held_.store(held, std::memory_order_relaxed);
    pressure_.store(next(pressure(), held, max), std::memory_order_relaxed);
}

bool Memory::trim() {
    const auto now = Clock::now();
    if (trimmed_ && now - *trimmed_ < kTrimEvery) {
        return false;
    }
    trimmed_ = now;
    ::malloc_trim(0);
    return true;
}

std::size_t resident() {
    std::ifstream statm{"/proc/self/statm"};
    std::size_t pages = 0;
    std::size_t resident_pages = 0;
    statm >> pages >> resident_pages;
    return resident_pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::size_t memory_max(std::size_t configured) {
    if (configured != 0) {
        return configured;
    }
    const auto machine = static_cast<std::size_t>(::sysconf(_SC_PHYS_PAGES)) *
                         static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return cgroup_max(machine) / 4 * 3;
}

}  // namespace portcullis::limit
