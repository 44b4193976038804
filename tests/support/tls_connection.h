// A client connection over TLS whose every choice is a test's: what is sent in which pieces, what
// is shown, which ticket is offered. Blocking, every wait bounded. For requests one after the
// other.
#pragma once

#include "base/fd.h"
#include "tests/support/test_ca.h"
#include "tests/support/tls_peer.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

using TlsTicket = Handle<SSL_SESSION, SSL_SESSION_free>;

class TlsConnection {
  public:
    // How the ClientHello travels: as one record; that record byte by byte; as many records of a
    // few bytes each (RFC 8446, 5.1 allows both).
    enum class Pieces { whole, segments, records };

    struct Wanted {
        std::string server_name{};        // as it is
        int version = 0;                  // exactly this one; 0: any
        std::vector<std::string> alpn{};  // protocols, or none
        std::optional<Issued> shown{};
        std::string intermediates{};  // PEM
        SSL_SESSION* ticket = nullptr;
        Pieces pieces = Pieces::whole;
    };

    // To 127.0.0.1.
    TlsConnection(std::uint16_t port, const Wanted& wanted);

    [[nodiscard]] bool established() const { return established_; }

    // Why not.
    [[nodiscard]] std::string error() const;

    // The protocol that was agreed on by ALPN; empty: none.
    [[nodiscard]] std::string_view alpn() const;

    [[nodiscard]] bool resumed() const { return SSL_session_reused(peer_->ssl()) == 1; }

    struct Answer {
        int status = 0;  // 0: none came
        std::string head;
        std::string body;
    };

    // Sends an HTTP/1.1 request and reads its answer, whose length must be known.
    Answer fetch(std::string_view request);

    // For other protocols than HTTP/1.1: bytes as they are, and at least one of what has come;
    // empty when nothing comes any more.
    void write(std::string_view bytes);
    std::string read();

    // The newest ticket that has come, for another connection. Null when there is none.
    TlsTicket take_ticket();

  private:
    void flush(Pieces pieces);
    bool receive();

    Fd socket_;
    std::unique_ptr<TlsPeer> peer_;
    bool established_ = false;
    std::string buffer_;  // plaintext, not yet taken
};

}  // namespace portcullis::test
