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
    std::string name;
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

// What is asked in one go; of the other one there may be none.
struct Questions {
    Question wanted;
    std::optional<Question> own;
};

bool send(const stream::Socket& socket, const Question& question) {
    const std::string message = make_question(question.id, question.name);
    return ::send(socket.fd(), message.data(), message.size(), MSG_NOSIGNAL) >= 0;
}

void read_datagram(std::string_view datagram, const Questions& questions, Heard& heard) {
    heard.name = read_response(datagram, questions.wanted.id, questions.wanted.name);
    if (heard.name) {
        return;
    }
    const auto own = questions.own ? read_response(datagram, questions.own->id, questions.own->name)
                                   : std::nullopt;
    heard.knows_us = heard.knows_us || (own && !own->empty());
    heard.ignored += own ? 0 : 1;
}

// What is there. False: the resolver's machine says that nobody listens, or there is too much that
// is no response.
bool read_datagrams(stream::Socket& socket, const Questions& questions, Heard& heard) {
    std::array<char, kMessageMax + 1> datagram{};
    while (!heard.name && heard.ignored < kIgnoredMax) {
        const ssize_t size = ::recv(socket.fd(), datagram.data(), datagram.size(), 0);
        if (size < 0) {
            const int error = errno;
            socket.note_drained();
            return error == EAGAIN || error == EINTR;
        }
        read_datagram({datagram.data(), static_cast<std::size_t>(size)}, questions, heard);
    }
    return heard.name.has_value();
}

// False: there is no use in asking again.
Task<bool> ask_once(stream::Socket& socket, const Questions& questions, Heard& heard) {
    if (!send(socket, questions.wanted) || (questions.own && !send(socket, *questions.own))) {
        co_return false;
    }
    const stream::Deadline deadline = socket.loop().in(kPatience);
    while (!heard.name) {
        const stream::Wake wake = co_await socket.readable(deadline);
        if (wake != stream::Wake::ready) {
            co_return wake == stream::Wake::timeout && !heard.knows_us;
        }
        if (!read_datagrams(socket, questions, heard)) {
            co_return false;
        }
    }
    co_return false;
}

}  // namespace

// A socket for each time, so that each has a port of its own to be guessed.
Task<Heard> ask_name(stream::Loop& loop, SocketAddress resolver, IpAddress address, IpAddress own) {
    Heard heard;
    bool again = true;
    for (int asked = 0; again && asked < kQuestions; ++asked) {
        Fd fd = connected_to(resolver);
        if (!fd) {
            break;
        }
        stream::Socket socket{loop, std::move(fd)};
        Questions questions{{random_id(), reverse_name(address)}, std::nullopt};
        if (own != address) {
            questions.own = Question{random_id(), reverse_name(own)};
        }
        again = co_await ask_once(socket, questions, heard);
    }
    if (!heard.name && heard.knows_us) {
        heard.name = "";
    }
    co_return heard;
}

}  // namespace portcullis::dns
