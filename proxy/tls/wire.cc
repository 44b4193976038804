#include "proxy/tls/wire.h"

#include "base/check.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>

namespace portcullis::tls {
namespace {

// What OpenSSL has written since the last flush. Every call into a session ends with a flush, so it
// never holds the bytes of two connections.
std::string& gathered() {
    thread_local std::string bytes;
    return bytes;
}

}  // namespace

BIO* Wire::make_bio() {
    BIO* const bio = BIO_new(method());
    CHECK(bio != nullptr && "out of memory for a BIO");
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    return bio;
}

Wire::Flushed Wire::flush() {
    std::string& fresh = gathered();
    if (fresh.empty() && left_over_.empty()) {
        return Flushed::all;
    }
    if (!left_over_.empty()) {
        left_over_.append(fresh);
        fresh.clear();
    }
    std::string& bytes = left_over_.empty() ? fresh : left_over_;
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            break;
        }
    }
    const bool all = sent == bytes.size();
    const bool broken = !all && errno != EAGAIN && errno != EWOULDBLOCK;
    std::string rest = all || broken ? std::string{} : bytes.substr(sent);
    fresh.clear();
    left_over_ = std::move(rest);
    return all ? Flushed::all : broken ? Flushed::broken : Flushed::partly;
}

int Wire::on_write(BIO* bio, const char* bytes, int count) noexcept {
    const auto* const wire = static_cast<const Wire*>(BIO_get_data(bio));
    if (!wire->sends_ && gathered().size() + static_cast<std::size_t>(count) > kReplyBytesMax) {
        return -1;
    }
    gathered().append(bytes, static_cast<std::size_t>(count));
    return count;
}

int Wire::on_read(BIO* bio, char* into, int count) noexcept {
    auto* const wire = static_cast<Wire*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    if (wire->stopped_) {
        return -1;
    }
    if (!wire->early_.empty()) {
        const std::size_t taken = wire->early_.copy(into, static_cast<std::size_t>(count));
        wire->early_.erase(0, taken);
        wire->taken_ += taken;
        return static_cast<int>(taken);
    }
    if (wire->call_bytes_ >= kCallBytesMax) {
        wire->paused_ = true;
        BIO_set_retry_read(bio);
        return -1;
    }
    for (;;) {
        const ssize_t got = ::recv(wire->fd_, into, static_cast<std::size_t>(count), 0);
        wire->drained_ = got < count;
        if (got >= 0) {
            wire->call_bytes_ += static_cast<std::size_t>(got);
            wire->taken_ += static_cast<std::size_t>(got);
            return static_cast<int>(got);
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            BIO_set_retry_read(bio);
            return -1;
        }
        if (errno != EINTR) {
            return -1;
        }
    }
}

long Wire::on_control(BIO*, int command, long, void*) noexcept {
    return command == BIO_CTRL_FLUSH ? 1
                                     : 0;  // flushed by flush(), when the call into OpenSSL is over
}

const BIO_METHOD* Wire::method() {
    static const BIO_METHOD* const made = [] {
        BIO_METHOD* const fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "wire");
        CHECK(fresh != nullptr && BIO_meth_set_write(fresh, on_write) == 1 &&
              BIO_meth_set_read(fresh, on_read) == 1 && BIO_meth_set_ctrl(fresh, on_control) == 1);
        return fresh;
    }();
    return made;
}

}  // namespace portcullis::tls
