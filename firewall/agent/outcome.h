// What came of a command, in the words of all programs of Portcullis: 0 fine, 1 the answer is no,
// 2 wrong use, 3 could not ask.
#pragma once

#include "firewall/netlink/answer.h"

#include <string>

namespace portcullis::firewall {

enum class Conclusion : int { fine = 0, no = 1, wrong_use = 2, could_not_ask = 3 };

struct Outcome {
    Conclusion conclusion = Conclusion::fine;
    std::string text;  // for whoever asked

    explicit operator bool() const { return conclusion == Conclusion::fine; }
};

inline Outcome refused(std::string text) {
    return {Conclusion::no, std::move(text)};
}

// The kernel said no, or was not there to be asked.
inline Outcome outcome_of(const KernelError& error) {
    return {error.fault == KernelFault::unreachable ? Conclusion::could_not_ask : Conclusion::no,
            error.text};
}

// On the socket.
constexpr unsigned http_status(Conclusion conclusion) {
    switch (conclusion) {
        case Conclusion::fine:
            return 200;
        case Conclusion::no:
            return 409;
        case Conclusion::wrong_use:
            return 400;
        case Conclusion::could_not_ask:
            break;
    }
    return 500;
}

constexpr Conclusion conclusion_of(unsigned http_status) {
    return http_status == 200   ? Conclusion::fine
           : http_status == 409 ? Conclusion::no
           : http_status == 400 ? Conclusion::wrong_use
                                : Conclusion::could_not_ask;
}

}  // namespace portcullis::firewall
