// A session towards an origin and the origin itself, one of our own contexts, over a pair of
// sockets.
#pragma once

#include "proxy/tls/contexts.h"
#include "proxy/tls/origin_context.h"
#include "tests/proxy/tls/server_side.h"

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace portcullis::test {

struct OriginSide {
    OriginSide(const tls::Contexts& contexts, const tls::OriginContext& ours,
               const std::string& server_name, std::shared_ptr<tls::OriginTickets> tickets,
               const IpAddress& address = IpAddress::v4(0x7f000001))
        : origin{contexts.initial(), pair.theirs.get()},
          session{ours.begin(pair.ours.get(), server_name, address, std::move(tickets))} {}

    // Until both have said what became of it; ours.
    tls::Want shake() {
        tls::Want want = tls::Want::readable;
        for (int round = 0; round < 5; ++round) {
            want = over(want) ? want : session->handshake();
            origin_want = over(origin_want) ? origin_want : origin.handshake();
        }
        std::array<char, 1> none{};
        (void)session->read(none);  // the tickets, which TLS 1.3 sends behind the handshake
        return want;
    }

    LocalPair pair;
    tls::Session origin;
    std::unique_ptr<tls::Session> session;
    tls::Want origin_want = tls::Want::readable;
};

}  // namespace portcullis::test
