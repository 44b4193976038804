#include "proxy/dns/ask.h"

#include "proxy/dns/reverse.h"
#include "proxy/stream/socket.h"

#include <sys/random.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace portcullis::dns {
namespace {

// Datagrams that are no response and are read for one question: more of them are a flood.
constexpr std::size_t kIgnoredMax = 64;

struct Question {
    std::uint16_t id = 0;
    const std::string& name;
};

std::uint16_t random_id() {
    std::uint16_t id = 0;
    [[maybe_unused]] const ssize_t filled = ::getrandom(&id, sizeof id, 0);
    return id;
}

Fd connected_to(const SocketAddress& resolver) {
    sockaddr_storage storage{};
    const socklen_t length = resolver.to(storage);
    Fd fd{::socket(storage.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (fd && ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
        fd.reset();
    }
    return fd;
}

// The response among the datagrams that are there. False: the resolver's machine says that nobody
// listens, or there are too many that are not.
bool read_datagrams(stream::Socket& socket, const Question& question, Heard& heard) {
    std::array<char, kMessageMax + 1> datagram{};
    while (heard.ignored < kIgnoredMax) {
        const ssize_t size = ::recv(socket.fd(), datagram.data(), datagram.size(), 0);
        if (size < 0) {
            socket.note_drained();
            return errno == EAGAIN || errno == EINTR;
        }
        heard.name = read_response({datagram.data(), static_cast<std::size_t>(size)}, question.id,
                                   question.name);
        if (heard.name) {
            return true;
        }
        ++heard.ignored;
    }
    return false;
}

// False: there is no use in asking again.
Task<bool> ask_once(stream::Socket& socket, const Question& question, Heard& heard) {
    const std::string message = make_question(question.id, question.name);
    if (::send(socket.fd(), message.data(), message.size(), MSG_NOSIGNAL) < 0) {
        co_return false;
    }
    const stream::Deadline deadline = socket.loop().in(kPatience);
    while (!heard.name) {
        const stream::Wake wake = co_await socket.readable(deadline);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout;
        }
        if (!read_datagrams(socket, question, heard)) {
            co_return false;
        }
    }
    co_return false;
}

}  // namespace

// A socket for each question, so that each has a port of its own to be guessed.
Task<Heard> ask_name(stream::Loop& loop, SocketAddress resolver, IpAddress address) {
    const std::string name = reverse_name(address);
    Heard heard;
    bool again = true;
    for (int asked = 0; again && asked < kQuestions; ++asked) {
        Fd fd = connected_to(resolver);
        if (!fd) {
            co_return heard;
        }
        stream::Socket socket{loop, std::move(fd)};
        const Question question{random_id(), name};
        again = co_await ask_once(socket, question, heard);
    }
    co_return heard;
}

}  // namespace portcullis::dns
