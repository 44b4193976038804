#include "firewall/netlink/answer.h"

#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kRestart = 85;  // ERESTART: the kernel's own, in no header of user space

KernelFault fault_of(int number) {
    switch (number) {
        case kRestart:
            return KernelFault::stale;
        case EPERM:
            return KernelFault::owned;
        case EOPNOTSUPP:
            return KernelFault::unsupported;
        default:
            return KernelFault::refused;
    }
}

std::string words_for(int number) {
    return number == kRestart ? "the ruleset was changed meanwhile"
           : number == EPERM  ? "it belongs to another process, or we lack the privilege"
                              : std::strerror(number);
}

}  // namespace

KernelError kernel_refusal(const std::string& what, int number) {
    return {fault_of(number), number, fmt::format("cannot {}: {}", what, words_for(number))};
}

KernelError unreachable(const std::string& what, int number) {
    return {KernelFault::unreachable, number, fmt::format("{}: {}", what, std::strerror(number))};
}

KernelError refused_unasked(std::string sentence) {
    return {KernelFault::refused, 0, std::move(sentence)};
}

}  // namespace portcullis::firewall
