#include "tests/support/fake_resolver.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <poll.h>
#include <stdexcept>
#include <string_view>

namespace portcullis::test {
namespace {

constexpr Timeout kTick = 20ms;  // how often the thread looks whether it is to end
constexpr std::size_t kHead = 12;
constexpr unsigned kNoSuchName = 3;

void put(std::string& out, unsigned value) {
    out += static_cast<char>(value >> 8U);
    out += static_cast<char>(value & 0xFFU);
}

std::uint16_t id_of(std::string_view message) {
    return static_cast<std::uint16_t>(static_cast<unsigned char>(message[0]) << 8U |
                                      static_cast<unsigned char>(message[1]));
}

// The name that a question of ours is about.
std::string asked_name(std::string_view message) {
    std::string name;
    for (std::size_t at = kHead; at < message.size() && message[at] != '\0';) {
        const auto length = static_cast<std::size_t>(message[at]);
        name += (name.empty() ? "" : ".") + std::string{message.substr(at + 1, length)};
        at += 1 + length;
    }
    return name;
}

std::string head_of(std::uint16_t id, unsigned flags, std::size_t answers) {
    std::string out;
    put(out, id);
    put(out, flags);
    put(out, 1);
    put(out, static_cast<unsigned>(answers));
    out.append(4, '\0');
    return out;
}

std::string question_of(std::string_view name) {
    std::string out = dns_name(name);
    put(out, 12);  // PTR
    put(out, 1);   // IN
    return out;
}

}  // namespace

std::string container_name(std::string_view service, std::string_view task) {
    return std::string{service} + ".1." + std::string{task} + ".edge";
}

std::string dns_name(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const std::size_t dot = std::min(name.find('.'), name.size());
        out += static_cast<char>(dot);
        out += name.substr(0, dot);
        name.remove_prefix(std::min(dot + 1, name.size()));
    }
    return out + '\0';
}

std::string dns_question(std::uint16_t id, std::string_view name) {
    return head_of(id, 0x0100, 0) + question_of(name);
}

std::string dns_response(std::uint16_t id, std::string_view name,
                         const std::vector<std::string>& targets, unsigned code) {
    std::string out = head_of(id, 0x8180 | code, targets.size()) + question_of(name);
    for (const std::string& target : targets) {
        put(out, 0xC000 | kHead);  // the name, as in the question
        put(out, 12);
        put(out, 1);
        out += std::string("\0\0\2\x58", 4);  // for 600 s, as Docker says
        const std::string data = dns_name(target);
        put(out, static_cast<unsigned>(data.size()));
        out += data;
    }
    return out;
}

FakeResolver::FakeResolver() : socket_{::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
        ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        throw std::runtime_error{"no port for a resolver"};
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this] { serve(); }};
}

FakeResolver::~FakeResolver() {
    stopping_ = true;
    thread_.join();
}

void FakeResolver::name(const std::string& address, const std::string& container) {
    in_addr parsed{};
    if (::inet_pton(AF_INET, address.c_str(), &parsed) != 1) {
        throw std::runtime_error{address + " is no address of IPv4"};
    }
    const std::uint32_t bits = ntohl(parsed.s_addr);
    std::string reversed;
    for (unsigned shift = 0; shift < 32; shift += 8) {
        reversed += std::to_string(bits >> shift & 0xFFU) + ".";
    }
    const std::lock_guard lock{mutex_};
    names_[reversed + "in-addr.arpa"] = container;
}

std::string FakeResolver::name_of(const std::string& reversed) const {
    const std::lock_guard lock{mutex_};
    const auto at = names_.find(reversed);
    return at == names_.end() ? std::string{} : at->second;
}

void FakeResolver::serve() {
    while (!stopping_) {
        pollfd entry{socket_.get(), POLLIN, 0};
        if (::poll(&entry, 1, static_cast<int>(kTick.count())) <= 0) {
            continue;
        }
        std::array<char, 512> datagram{};
        sockaddr_storage from{};
        socklen_t size = sizeof from;
        const ssize_t got = ::recvfrom(socket_.get(), datagram.data(), datagram.size(), 0,
                                       reinterpret_cast<sockaddr*>(&from), &size);
        if (got <= static_cast<ssize_t>(kHead)) {
            continue;
        }
        ++questions_;
        if (mood_ == Mood::dead) {
            continue;
        }
        std::this_thread::sleep_for(delay_.load());
        const std::string_view message{datagram.data(), static_cast<std::size_t>(got)};
        const std::string asked = asked_name(message);
        const std::uint16_t id = id_of(message);
        const auto send = [&](const std::string& response) {
            ::sendto(socket_.get(), response.data(), response.size(), MSG_NOSIGNAL,
                     reinterpret_cast<const sockaddr*>(&from), size);
        };
        const std::string found = name_of(asked);
        if (found.empty() && mood_ == Mood::forwards) {
            continue;
        }
        const std::string response = found.empty() ? dns_response(id, asked, {}, kNoSuchName)
                                                   : dns_response(id, asked, {found});
        if (lies_) {
            const std::vector<std::string> lie{container_name("liar", "lie")};
            send(dns_response(static_cast<std::uint16_t>(id + 1), asked, lie));
            send(response.substr(0, response.size() - 1));
            send(dns_response(id, "9.9.9.9.in-addr.arpa", lie));
        }
        send(response);
        ++responses_;
    }
}

}  // namespace portcullis::test
