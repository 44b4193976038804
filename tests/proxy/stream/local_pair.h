// Two connected sockets, and a loop that is run by hand: what a test needs to be both ends of a
// connection in one thread. Nothing here waits for real time to pass.
#pragma once

#include "base/fd.h"
#include "proxy/stream/loop.h"

#include <sys/socket.h>

#include <array>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unistd.h>

namespace portcullis::test {

// Both non-blocking.
struct LocalPair {
    Fd ours;
    Fd theirs;

    LocalPair() {
        std::array<int, 2> fds{};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds.data()) != 0) {
            throw std::runtime_error{"no socketpair"};
        }
        ours.reset(fds[0]);
        theirs.reset(fds[1]);
    }
};

// Everything that is ready by now, and all who only let others have their turn.
inline void settle(stream::Loop& loop) {
    constexpr int kTurnsMax = 100'000;
    for (int turns = 0;
         loop.wheel().has_overdue() || loop.reactor().turn(std::chrono::milliseconds::zero()) > 0;
         ++turns) {
        if (turns == kTurnsMax) {
            throw std::runtime_error{"the loop never comes to rest"};
        }
        if (loop.wheel().has_overdue()) {
            loop.wheel().advance(loop.wheel().elapsed());
        }
    }
}

inline void put(const Fd& fd, std::string_view bytes) {
    if (::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(bytes.size())) {
        throw std::runtime_error{"the other side does not take it"};
    }
}

// What has come by now.
inline std::string drained(const Fd& fd) {
    std::string all;
    std::array<char, 65536> block;
    for (ssize_t count; (count = ::recv(fd.get(), block.data(), block.size(), 0)) > 0;) {
        all.append(block.data(), static_cast<std::size_t>(count));
    }
    return all;
}

// The other side has closed, and everything it sent was taken.
inline bool at_end(const Fd& fd) {
    char byte = 0;
    return ::recv(fd.get(), &byte, 1, MSG_PEEK) == 0;
}

}  // namespace portcullis::test
