// The client's side of a TLS connection by OpenSSL, without a socket: ciphertext goes in and out as
// bytes, so that a test decides how they are cut and when they arrive.
#pragma once

#include "base/handle.h"

#include <openssl/ssl.h>

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace portcullis::test {

class TlsPeer {
  public:
    using Setup = std::function<void(SSL*)>;

    // server_name: the SNI; none is sent when empty. setup: anything else, before the handshake.
    explicit TlsPeer(const std::string& server_name, const Setup& setup = {});
    TlsPeer(const TlsPeer&) = delete;  // OpenSSL's callbacks hold its address
    TlsPeer& operator=(const TlsPeer&) = delete;

    // Goes on with what was fed; true once the handshake is over.
    bool handshake();
    void write(std::string_view plaintext);
    void close_notify();
    // Plaintext that can be read by now. Takes session tickets on the way.
    std::string read();

    void feed(std::string_view ciphertext);
    std::string take_output();

    // The alert that the server sent; none yet, or the handshake went well.
    [[nodiscard]] std::optional<int> alert() const { return alert_; }

    [[nodiscard]] bool got_close_notify() const;

    // NewSessionTicket messages that came.
    [[nodiscard]] int tickets() const { return tickets_; }

    // The session of the newest ticket; null when none came.
    [[nodiscard]] SSL_SESSION* session() const { return session_.get(); }

    [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

    [[nodiscard]] int certificate_type() const;  // EVP_PKEY_EC, EVP_PKEY_RSA, or 0
    // A DNS name in the certificate shown.
    [[nodiscard]] bool certificate_names(const std::string& name) const;

  private:
    static void on_info(const SSL* ssl, int where, int value);
    static void on_message(int sent, int version, int type, const void* bytes, std::size_t size,
                           SSL* ssl, void* self);
    static int on_session(SSL* ssl, SSL_SESSION* session);

    Handle<SSL_CTX, SSL_CTX_free> context_;
    Handle<SSL, SSL_free> ssl_;
    Handle<SSL_SESSION, SSL_SESSION_free> session_;
    std::optional<int> alert_;
    int tickets_ = 0;
};

}  // namespace portcullis::test
