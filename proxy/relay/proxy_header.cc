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

std::string proxy_header(ProxyProtocol version) {
    std::string header;
    if (version == ProxyProtocol::v1) {
        proxy_protocol::append_v1_unknown(header);
    } else if (version == ProxyProtocol::v2) {
        proxy_protocol::append_v2_local(header);
    }
    return header;
}

}  // namespace portcullis::relay
