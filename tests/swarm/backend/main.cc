// The lab's service: a small HTTP/1.1 server that is the only file of its image.
//
//   backend           serves on PORT (8080) until SIGTERM
//   backend --check   exit code 0 when the one on PORT answers /healthz
//   backend --hold    waits for SIGTERM: a container that holds a place in a network
//
// START_MS: the port opens so late. LIFE_MS: it crashes so long after that. LAME_MS: after SIGTERM it goes on as before for so long. Then,
// by ON_TERM: close (the listener is closed, requests under way are finished, idle connections
// closed), linger (the listener is closed, connections are served until their clients close them),
// or exit.
#include "tests/swarm/backend/connection.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <poll.h>
#include <signal.h>
#include <string>
#include <string_view>
#include <thread>
#include <unistd.h>

namespace backend {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

std::string word_from(const char* name, const char* otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
}

int number_from(const char* name, const char* otherwise) {
    return std::atoi(word_from(name, otherwise).c_str());
}

sockaddr_in here(in_addr_t address) {
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_port = htons(static_cast<std::uint16_t>(number_from("PORT", "8080")));
    result.sin_addr.s_addr = htonl(address);
    return result;
}

int check() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = here(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 2, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    constexpr std::string_view request = "GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n";
    constexpr std::string_view wanted = "HTTP/1.1 200 ";
    char answer[wanted.size()];
    const bool well =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
        ::send(socket, request.data(), request.size(), MSG_NOSIGNAL) > 0 &&
        ::recv(socket, answer, sizeof(answer), MSG_WAITALL) == sizeof(answer) &&
        std::string_view{answer, sizeof(answer)} == wanted;
    return well ? 0 : 1;
}

// As the first process of a container it would not be ended by a signal that it does not take. All
// threads inherit that it is taken here and nowhere else.
int take_sigterm() {
    sigset_t ends{};
    ::sigemptyset(&ends);
    ::sigaddset(&ends, SIGTERM);
    ::sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    return ::signalfd(-1, &ends, SFD_CLOEXEC);
}

// True when the signal came within the time, for ever if it is negative.
bool told_to_end(int signals, int timeout_ms) {
    pollfd end{.fd = signals, .events = POLLIN, .revents = 0};
    signalfd_siginfo which{};
    return ::poll(&end, 1, timeout_ms) > 0 && ::read(signals, &which, sizeof(which)) > 0;
}

int listener() {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    const sockaddr_in address = here(INADDR_ANY);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
        ::listen(socket, SOMAXCONN) != 0) {
        std::perror("backend: cannot listen");
        std::exit(1);
    }
    return socket;
}

void accept_one(int listener, Ending& ending) {
    sockaddr_in peer{};
    socklen_t size = sizeof(peer);
    const int socket = ::accept4(listener, reinterpret_cast<sockaddr*>(&peer), &size, SOCK_CLOEXEC);
    if (socket < 0) {
        return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    char address[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &peer.sin_addr, address, sizeof(address));
    char host[256] = "";
    ::gethostname(host, sizeof(host) - 1);
    auto* connection = new Connection{socket,
                                      {host, word_from("VERSION", "0"), address},
                                      ending,
                                      word_from("ON_TERM", "close") == "linger"};
    std::thread{[connection] {
        connection->serve();
        delete connection;
    }}.detach();
}

void accept_until_told(int listener, int signals, Ending& ending) {
    std::optional<Clock::time_point> end;
    const int life_ms = number_from("LIFE_MS", "0");
    const auto crash = Clock::now() + (life_ms > 0 ? milliseconds{life_ms} : std::chrono::hours{24});
    for (;;) {
        const auto next = end.value_or(crash);
        const auto left = std::chrono::ceil<milliseconds>(next - Clock::now()).count();
        if (left <= 0) {
            if (!end) {
                std::_Exit(1);
            }
            return;
        }
        pollfd wanted[] = {{.fd = listener, .events = POLLIN, .revents = 0},
                           {.fd = signals, .events = POLLIN, .revents = 0}};
        ::poll(wanted, end ? 1 : 2, static_cast<int>(left));
        if (wanted[0].revents != 0) {
            accept_one(listener, ending);
        }
        if (!end && wanted[1].revents != 0) {
            end = Clock::now() + milliseconds{number_from("LAME_MS", "0")};
        }
    }
}

int serve() {
    const int signals = take_sigterm();
    if (told_to_end(signals, number_from("START_MS", "0"))) {
        return 0;
    }
    static Ending ending;  // threads that are still there at the exit use it
    const int socket = listener();
    accept_until_told(socket, signals, ending);
    if (word_from("ON_TERM", "close") == "exit") {
        return 0;
    }
    // Whoever was accepted by the kernel is served; who comes later is refused.
    for (pollfd queue{.fd = socket, .events = POLLIN, .revents = 0}; ::poll(&queue, 1, 0) > 0;) {
        accept_one(socket, ending);
    }
    ::close(socket);
    ending.begin();
    ending.wait_for_all();
    return 0;
}

}  // namespace
}  // namespace backend

int main(int argc, char** argv) {
    const std::string_view role = argc > 1 ? argv[1] : "";
    if (role == "--check") {
        return backend::check();
    }
    if (role == "--hold") {
        return backend::told_to_end(backend::take_sigterm(), -1) ? 0 : 1;
    }
    return backend::serve();
}
