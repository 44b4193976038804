// A server's session of some contexts and a client in memory, with the ciphertext carried between
// them by hand.
#pragma once

#include "proxy/tls/contexts.h"
#include "proxy/tls/session.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/proxy/tls/certificates.h"
#include "tests/support/tls_peer.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace portcullis::test {

inline bool over(tls::Want want) {
    return want != tls::Want::readable && want != tls::Want::writable;
}

struct ServerSide {
    explicit ServerSide(const tls::Contexts& contexts)
        : session{contexts.initial(), pair.ours.get()} {}

    // Until one side is done with the handshake and the other has heard so. piece: how many bytes
    // of the client's arrive at once.
    tls::Want shake(TlsPeer& peer, std::size_t piece = std::string::npos) {
        tls::Want want = tls::Want::readable;
        for (int round = 0; round < 5 && !over(want); ++round) {
            peer.handshake();
            std::string bytes = peer.take_output();
            do {
                put(pair.theirs, std::string_view{bytes}.substr(0, piece));
                bytes.erase(0, std::min(piece, bytes.size()));
                want = session.handshake();
            } while (!bytes.empty() && !over(want));
            peer.feed(drained(pair.theirs));
        }
        peer.handshake();
        peer.read();  // the ticket, which TLS 1.3 sends behind the handshake
        return want;
    }

    std::string read() {
        std::array<char, 1024> bytes{};
        return {bytes.data(), session.read(bytes).bytes};
    }

    LocalPair pair;
    tls::Session session;
};

}  // namespace portcullis::test
