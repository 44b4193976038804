// What the kernel says about a process of ours (proc(5)): for tests that nothing leaks, and for
// promises in bytes. All throw std::runtime_error when there is no such process.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace portcullis::test {

// Resident memory: VmRSS, pages shared with others counted in full.
std::size_t resident_bytes(pid_t pid);
// Its share of what it has resident: Pss, shared pages divided by the number of sharers.
std::size_t proportional_bytes(pid_t pid);
std::size_t open_descriptors(pid_t pid);
// User and system time of all its threads, with the kernel's granularity of 10 ms.
std::chrono::milliseconds cpu_time(pid_t pid);
// The processes its main thread has started and not yet reaped.
std::vector<pid_t> children(pid_t pid);
// Its arguments, a space after each; empty for one that has ended.
std::string command_line(pid_t pid);

}  // namespace portcullis::test
