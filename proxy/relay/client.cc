#include "proxy/relay/client.h"

#include <sys/socket.h>

namespace portcullis::relay {

void Client::become(const proxy_protocol::Ends& ends) {
    address = ends.source.address;
    port = ends.source.port;
    address_text = address.text();
    target = std::make_unique<const SocketAddress>(ends.target);
}

proxy_protocol::Ends Client::ends() const {
    const SocketAddress source{address, port};
    if (target) {
        return {source, *target};
    }
    sockaddr_storage own{};
    socklen_t length = sizeof own;
    auto* const generic = reinterpret_cast<sockaddr*>(&own);
    if (::getsockname(stream.socket().fd(), generic, &length) != 0) {
        return {source, {}};
    }
    return {source, SocketAddress::from(generic)};
}

// One that is cancelled may go, and may take others with it, or bring new ones. So each is taken
// from the front and put behind, and those that were there at first are counted.
void Client::cut_origins() {
    for (std::size_t left = origins.size(); left > 0 && !origins.empty(); --left) {
        Cuttable& first = origins.front();
        origins.pop_front();
        origins.push_back(first);
        first.cancel();
    }
}

}  // namespace portcullis::relay
