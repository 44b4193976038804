#include "base/signals.h"

#include <signal.h>

namespace portcullis {
namespace {

sigset_t set_of(std::initializer_list<int> signals) {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : signals) {
        sigaddset(&set, signal);
    }
    return set;
}

}  // namespace

void hold_signals(std::initializer_list<int> signals) {
    const sigset_t set = set_of(signals);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void release_signals(std::initializer_list<int> signals) {
    const sigset_t set = set_of(signals);
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void ignore_signals(std::initializer_list<int> signals) {
    for (const int signal : signals) {
        ::signal(signal, SIG_IGN);
    }
}

}  // namespace portcullis
