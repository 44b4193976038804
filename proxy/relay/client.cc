#include "proxy/relay/client.h"

#include "base/tell_each.h"

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

void Client::cut_origins() {
    tell_each(origins, [](Cuttable& origin) { origin.cancel(); });
}

}  // namespace portcullis::relay
