#include "proxy/relay/proxy_header.h"

#include "proxy/proxy_protocol/header.h"

namespace portcullis::relay {

std::string proxy_header(ProxyProtocol version, const Client& client) {
    std::string header;
    switch (version) {
        case ProxyProtocol::off:
            break;
        case ProxyProtocol::v1:
            proxy_protocol::append_v1(header, client.ends());
            break;
        case ProxyProtocol::v2:
            proxy_protocol::append_v2(header, client.ends());
            break;
    }
    return header;
}

}  // namespace portcullis::relay
