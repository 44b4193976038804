// A client that a test drives byte by byte: plain TCP, or TLS by OpenSSL on the same interface.
// Blocking, every wait bounded. A failure is a state one can ask for (connected(), error(), end()),
// so that tests can expect it.
#pragma once

#include "base/fd.h"
#include "base/handle.h"
#include "tests/support/eventually.h"

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

using TlsSession = Handle<SSL_SESSION, SSL_SESSION_free>;

struct TlsWanted {
    std::string server_name{};        // SNI; none is sent when empty
    std::vector<std::string> alpn{};  // none is offered when empty
    int version_min = 0;              // TLS1_2_VERSION, TLS1_3_VERSION; 0 leaves it to OpenSSL
    int version_max = 0;
    std::string ca_pem{};            // a certificate of it for server_name is required; empty: none
    std::string cipher_list{};       // of TLS 1.2; empty leaves it to OpenSSL
    SSL_SESSION* session = nullptr;  // offered for resumption
};

// How the other side's bytes ended. A TLS connection that ends by FIN without close_notify is
// truncated.
enum class End { open, clean, truncated, reset };

class RawClient {
  public:
    static RawClient plain(std::uint16_t port, const std::string& address = "127.0.0.1");
    // Connects and shakes hands; error() says what went wrong, an alert by its name.
    static RawClient tls(std::uint16_t port, const TlsWanted& wanted,
                         const std::string& address = "127.0.0.1");

    [[nodiscard]] bool connected() const { return connected_; }

    [[nodiscard]] const std::string& error() const { return error_; }

    [[nodiscard]] End end() const { return end_; }

    // False when the other side is gone, or takes nothing until the time is up.
    bool send(std::string_view bytes);
    // Takes what has come up to and with the mark. What came without it, when the end or the
    // timeout is first.
    std::string read_until(std::string_view mark, Timeout timeout = kPatience);
    std::string read(std::size_t size, Timeout timeout = kPatience);  // exactly, or what came
    std::string read_to_end(Timeout timeout = kPatience);

    void close_notify();    // TLS: nothing more from us, still reading
    void shutdown_write();  // TCP: FIN, still reading
    void reset();           // TCP: RST; the client is over

    // Of a finished handshake.
    [[nodiscard]] int version() const;       // TLS1_3_VERSION
    [[nodiscard]] std::string alpn() const;  // "" when none was chosen
    [[nodiscard]] std::string cipher() const;
    [[nodiscard]] bool resumed() const;
    [[nodiscard]] std::vector<std::string> certificate_names()
        const;  // DNS names of what the server showed
    // To resume with. TLS 1.3 tickets come with the first bytes read.
    [[nodiscard]] TlsSession session() const;

    [[nodiscard]] int fd() const { return socket_.get(); }

  private:
    bool receive(Timeout timeout);
    void note_failure(int result);
    std::string take(std::size_t size);

    // Closed in reverse order: the session before its context, the socket last.
    Fd socket_;
    Handle<SSL_CTX, SSL_CTX_free> context_;
    Handle<SSL, SSL_free> ssl_;  // null on a plain connection
    bool connected_ = false;
    End end_ = End::open;
    std::string error_;
    std::string buffer_;  // received, not yet taken
};

}  // namespace portcullis::test
