// A value from the kernel, or why there is none: what callers must tell apart, and a sentence.
#pragma once

#include <boost/system/result.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace portcullis::firewall {

enum class KernelFault : std::uint8_t {
    stale,        // the ruleset is another generation than was expected; nothing was changed
    owned,        // the table belongs to another process's socket; nothing was changed
    unsupported,  // this kernel lacks it (EOPNOTSUPP); nothing was changed
    refused,      // by the kernel, or by us before it was asked; nothing was changed
    unreachable,  // no socket, no permission, no answer: what the kernel holds now is unknown
    restless,     // three dumps in a row were overtaken by a change
};

struct KernelError {
    KernelFault fault = KernelFault::refused;
    int number = 0;    // errno; 0 when the kernel was not asked
    std::string text;  // "cannot add rule 'tcp dport 443 accept' of chain gate: No such file ..."

    bool operator==(const KernelError&) const = default;
};

// Start-up code may rely on value() throwing, as with Result.
[[noreturn]] inline void throw_exception_from_error(const KernelError& error,
                                                    const boost::source_location&) {
    throw std::runtime_error{error.text};
}

// The kernel's no to what was asked: "add rule ... of chain gate", and its errno.
KernelError kernel_refusal(const std::string& what, int number);

// It could not be asked, or did not answer.
KernelError unreachable(const std::string& what, int number);

// Our own no, before the kernel was asked.
KernelError refused_unasked(std::string sentence);

template <class T>
using Answer = boost::system::result<T, KernelError>;

}  // namespace portcullis::firewall
