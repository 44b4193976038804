#include "proxy/stream/stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <unistd.h>

namespace portcullis::stream {
using namespace std::chrono_literals;

namespace {

constexpr Duration kLingerTime = 2s;
// The kernel's timeouts that make a peer unheard: with the shortest there are, 200 ms and each
// twice the one before, the fourth is 3 s after sending.
constexpr int kUnheardTimeouts = 4;
// Seconds without a segment until the peer is asked, between two questions, and how many of them.
constexpr int kKeepaliveIdle = 5;
constexpr int kKeepaliveInterval = 2;
constexpr int kKeepaliveQuestions = 3;

End end_of(Wake wake) {
    switch (wake) {
        case Wake::ready:
            return End::none;
        case Wake::timeout:
            return End::timeout;
        case Wake::cancelled:
            return End::cancelled;
    }
    return End::cancelled;
}

End end_of(tls::Want want) {
    switch (want) {
        case tls::Want::closed:
            return End::closed;
        case tls::Want::failed:
            return End::reset;
        default:
            return End::none;
    }
}

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace

Task<End> Stream::handshake(Deadline deadline) {
    for (;;) {
        const tls::Want want = tls_->handshake();
        note_tried();
        if (want == tls::Want::nothing) {
            co_return End::none;
        }
        if (const End end = end_of(want); end != End::none) {
            co_return end;
        }
        if (const End end = end_of(co_await wait(want, deadline)); end != End::none) {
            co_return end;
        }
    }
}

Io Stream::try_read(std::span<char> into) {
    want_ = tls::Want::readable;
    Loop& loop = socket_.loop();
    if (reading_.spent(loop)) {
        socket_.yield_read();
        return {};
    }
    Io io;
    if (tls_) {
        const tls::Progress progress = tls_->read(into);
        note_tried();
        want_ = progress.want;
        io = {progress.bytes, end_of(progress.want)};
    } else {
        io = try_read_tcp(into);
    }
    reading_.note(loop, io.bytes);
    return io;
}

Io Stream::try_read_tcp(std::span<char> into) {
    for (;;) {
        const ssize_t count = ::read(socket_.fd(), into.data(), into.size());
        if (count < static_cast<ssize_t>(into.size())) {
            socket_.note_drained();
        }
        if (count > 0) {
            return {static_cast<std::size_t>(count), End::none};
        }
        if (count == 0) {
            return {0, End::closed};
        }
        if (errno != EINTR) {
            return {0, would_block() ? End::none : End::reset};
        }
    }
}

Task<Io> Stream::read(std::span<char> into, Deadline deadline) {
    for (;;) {
        const Io io = try_read(into);
        if (io.bytes > 0 || io.end != End::none) {
            co_return io;
        }
        if (const End end = end_of(co_await wait(want_, deadline)); end != End::none) {
            co_return Io{0, end};
        }
    }
}

Task<End> Stream::write(std::string_view first, std::string_view second, Duration timeout) {
    Loop& loop = socket_.loop();
    if (writing_.spent(loop)) {
        return write_later(first, second, timeout);
    }
    writing_.note(loop, first.size() + second.size());
    if (!tls_) {
        const std::optional<End> end = try_write(first, second);
        return end ? Task<End>::of(*end) : write_rest(first, second, timeout);
    }
    const tls::Want want = tls_->send(first, second);
    return want == tls::Want::writable ? flush_rest(timeout) : Task<End>::of(end_of(want));
}

Task<End> Stream::write_later(std::string_view first, std::string_view second, Duration timeout) {
    socket_.yield_write();
    if (const End end = end_of(co_await socket_.writable(timeout)); end != End::none) {
        co_return end;
    }
    co_return co_await write(first, second, timeout);
}

Task<End> Stream::flush_rest(Duration timeout) {
    tls::Want want = tls::Want::writable;
    while (want == tls::Want::writable) {
        if (const End end = end_of(co_await wait(want, in(timeout))); end != End::none) {
            co_return end;
        }
        want = tls_->flush();
    }
    co_return end_of(want);
}

Task<End> Stream::write_rest(std::string_view first, std::string_view second, Duration timeout) {
    for (;;) {
        if (const End end = end_of(co_await socket_.writable(timeout)); end != End::none) {
            co_return end;
        }
        if (const std::optional<End> end = try_write(first, second)) {
            co_return *end;
        }
    }
}

// Nothing while the socket takes no more; what it has taken is gone from the views.
std::optional<End> Stream::try_write(std::string_view& first, std::string_view& second) {
    while (!first.empty() || !second.empty()) {
        std::array<iovec, 2> pieces{{{const_cast<char*>(first.data()), first.size()},
                                     {const_cast<char*>(second.data()), second.size()}}};
        msghdr message{};
        message.msg_iov = pieces.data();
        message.msg_iovlen = pieces.size();
        const ssize_t count = ::sendmsg(socket_.fd(), &message, MSG_NOSIGNAL);
        if (count >= 0) {
            const auto from_first = std::min(static_cast<std::size_t>(count), first.size());
            first.remove_prefix(from_first);
            second.remove_prefix(static_cast<std::size_t>(count) - from_first);
        } else if (would_block()) {
            socket_.note_full();
            return std::nullopt;
        } else if (errno != EINTR) {
            return End::reset;
        }
    }
    return End::none;
}

End Stream::peek() {
    if (!socket_.may_read() && !has_pending()) {
        return End::timeout;
    }
    if (tls_) {
        const tls::Want want = tls_->peek();
        note_tried();
        return want == tls::Want::nothing    ? End::none
               : want == tls::Want::readable ? End::timeout
                                             : end_of(want);
    }
    char byte = 0;
    const ssize_t count = ::recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count > 0) {
        return End::none;
    }
    socket_.note_drained();
    return count == 0 ? End::closed : would_block() ? End::timeout : End::reset;
}

bool Stream::arrived_nothing() {
    char byte = 0;
    const ssize_t count = ::recv(socket_.fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && would_block()) {
        return !has_pending();
    }
    if (count <= 0 || !tls_) {
        return false;
    }
    const tls::Want want = tls_->peek();
    note_tried();
    return want == tls::Want::readable;
}

void Stream::shutdown_write() {
    if (tls_) {
        (void)tls_->shutdown();
    }
    ::shutdown(socket_.fd(), SHUT_WR);
}

void Stream::abandon() {
    const ::linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

Task<> Stream::linger() {
    shutdown_write();
    std::array<char, 4096> dropped;  // ciphertext is dropped as it is: nobody will look at it
    const Deadline deadline = in(kLingerTime);
    for (Wake wake = Wake::ready; wake == Wake::ready;) {
        Io io;
        while (!reading_.spent(socket_.loop()) && io.end == End::none) {
            io = try_read_tcp(dropped);
            if (io.bytes == 0) {
                break;
            }
            reading_.note(socket_.loop(), io.bytes);
        }
        if (io.end != End::none) {
            co_return;
        }
        // Also when nothing could be read, because an upload before had taken the turn's share:
        // what is there keeps the socket readable, and a wait that ends at once turns no loop.
        if (reading_.spent(socket_.loop())) {
            socket_.yield_read();
        }
        wake = co_await socket_.readable(deadline);
    }
}

Socket::Wait Stream::wait(tls::Want want, Deadline deadline) {
    if (want != tls::Want::writable) {
        return socket_.readable(deadline);
    }
    socket_.note_full();  // why else would TLS have to wait
    return socket_.writable(deadline);
}

// After a call into TLS.
void Stream::note_tried() {
    if (tls_->take_drained()) {
        socket_.note_drained();
    }
    if (tls_->take_paused()) {
        socket_.yield_read();
    }
}

// tcp_info counts a peer's closed window as answers to probes, not as timeouts.
bool Stream::unheard() const {
    tcp_info info{};
    socklen_t length = sizeof info;
    return ::getsockopt(socket_.fd(), IPPROTO_TCP, TCP_INFO, &info, &length) == 0 &&
           info.tcpi_unacked > 0 && info.tcpi_retransmits >= kUnheardTimeouts;
}

Connected start_connect(const SocketAddress& address) {
    sockaddr_storage storage{};
    const socklen_t length = address.to(storage);
    Connected result{
        Fd{::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)}};
    if (!result.fd) {
        result.error = errno;
        return result;
    }
    const auto set = [&result](int level, int option, int value) {
        ::setsockopt(result.fd.get(), level, option, &value, sizeof value);
    };
    set(IPPROTO_TCP, TCP_NODELAY, 1);
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, kKeepaliveIdle);
    set(IPPROTO_TCP, TCP_KEEPINTVL, kKeepaliveInterval);
    set(IPPROTO_TCP, TCP_KEEPCNT, kKeepaliveQuestions);
    if (::connect(result.fd.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
        result.in_progress = errno == EINPROGRESS;
        result.error = result.in_progress ? 0 : errno;
    }
    return result;
}

}  // namespace portcullis::stream
