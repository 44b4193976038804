#include "proxy/keeper/message.h"

#include <sys/socket.h>

#include <array>
#include <cstring>
#include <poll.h>

namespace portcullis::keeper {
namespace {

constexpr std::size_t kTextBytesMax = 1024;

}  // namespace

Result<void> send_message(int socket, std::string_view text, int fd) {
    text = text.substr(0, kTextBytesMax);
    iovec part{const_cast<char*>(text.data()), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    if (fd >= 0) {
        message.msg_control = control.data();
        message.msg_controllen = control.size();
        cmsghdr* const header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        std::memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    if (::sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) {
        return errno_error("cannot reach the process at the other end");
    }
    return {};
}

Result<Message> receive_message(int socket, std::chrono::milliseconds patience) {
    pollfd ready{socket, POLLIN, 0};
    if (::poll(&ready, 1, static_cast<int>(patience.count())) <= 0) {
        return failure("the process at the other end says nothing");
    }
    std::array<char, kTextBytesMax> text{};
    iovec part{text.data(), text.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const ssize_t size = ::recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    if (size <= 0) {
        return failure("the process at the other end is gone");
    }
    Message received{std::string{text.data(), static_cast<std::size_t>(size)}, Fd{}};
    const cmsghdr* const header = CMSG_FIRSTHDR(&message);
    if (header != nullptr && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS) {
        int fd = -1;
        std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
        received.fd = Fd{fd};
    }
    return received;
}

}  // namespace portcullis::keeper
