#include "proxy/upgrade/predecessor.h"

#include "proxy/upgrade/successor.h"

#include <sys/socket.h>

#include <string>
#include <unistd.h>

namespace portcullis::upgrade {
namespace {

// It has been sent before this process began.
constexpr Duration kParcelTime = std::chrono::seconds{5};

}  // namespace

Result<std::unique_ptr<Predecessor>> Predecessor::from_environment() {
    auto socket = take_handed(kVariable);
    if (!socket) {
        return socket.error();
    }
    if (!*socket) {
        return std::unique_ptr<Predecessor>{};
    }
    ucred peer{};
    socklen_t length = sizeof peer;
    if (::getsockopt(socket->get(), SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) {
        return failure(std::string{kVariable} + " names no socket");
    }
    if (peer.uid != ::geteuid()) {
        return failure("the process that hands over belongs to another user");
    }
    auto parcel = receive(socket->get(), kParcelTime);
    if (!parcel) {
        return parcel.error();
    }
    return std::unique_ptr<Predecessor>{new Predecessor{std::move(*socket), std::move(*parcel)}};
}

void Predecessor::say_ready() const {
    // It may have ended meanwhile, and then nobody waits for the word.
    [[maybe_unused]] const ssize_t sent =
        ::send(socket_.get(), kReady.data(), kReady.size(), MSG_NOSIGNAL);
}

}  // namespace portcullis::upgrade
