#include "proxy/worker/opening.h"

#include "config/types/hostname.h"
#include "proxy/proxy_protocol/header.h"
#include "proxy/tls/client_hello.h"

namespace portcullis::worker {

Task<Fault> Opening::read_more() {
    const stream::Io io = co_await client_.stream.read(in_.space(), deadline_);
    in_.commit(io.bytes);
    switch (io.end) {
        case stream::End::none:
            co_return Fault::none;
        case stream::End::timeout:
            co_return Fault::handshake_timeout;
        default:
            co_return Fault::client_gone;
    }
}

Task<Fault> Opening::take_proxy_header() {
    using State = proxy_protocol::Header::State;
    for (;;) {
        const proxy_protocol::Header header = proxy_protocol::read_header(in_.bytes());
        if (header.state == State::malformed) {
            co_return Fault::bad_proxy_header;
        }
        if (header.state == State::whole) {
            in_.consume(header.bytes);
            if (header.ends) {
                client_.become(*header.ends);
            }
            co_return Fault::none;
        }
        if (const Fault fault = co_await read_more(); fault != Fault::none) {
            co_return fault;
        }
    }
}

Task<Opening::Name> Opening::read_name() {
    for (;;) {
        const tls::ClientHello hello = tls::read_client_hello(in_.bytes());
        if (hello.state == tls::ClientHello::State::whole) {
            auto canonical = canonical_hostname(hello.sni);
            co_return Name{Fault::none, canonical ? *std::move(canonical) : std::string{}};
        }
        if (hello.state == tls::ClientHello::State::unusable) {
            co_return Name{};
        }
        if (const Fault fault = co_await read_more(); fault != Fault::none) {
            co_return Name{fault};
        }
    }
}

}  // namespace portcullis::worker
