// One worker's OpenSSL contexts: one for each certificate choice, all with the same policy (TLS 1.2
// and 1.3, Mozilla's intermediate ciphers, one stateless ticket for each handshake). Contexts are
// not shared between workers, because OpenSSL 3.0's locks are felt when they are.
//
// A ticket resumes only under the SNI and the certificates that it was issued under: both are hashed
// into the session id context before OpenSSL looks at the ticket. Client certificates are not asked
// for; whatever asks for them has to join what is hashed.
#pragma once

#include "base/handle.h"
#include "base/result.h"
#include "config/model.h"
#include "proxy/tls/choice.h"
#include "proxy/tls/tickets.h"

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

namespace portcullis::tls {

class Contexts {
  public:
    // config must outlive this object. Fails when OpenSSL refuses a certificate or a setting.
    static Result<std::unique_ptr<Contexts>> make(std::shared_ptr<const Config> config);

    // The context that a new session starts with; the ClientHello may move it to another.
    [[nodiscard]] SSL_CTX* initial() const { return initial_; }

    void use(std::shared_ptr<const TicketKeys> keys) { keys_ = std::move(keys); }

  private:
    explicit Contexts(std::shared_ptr<const Config> config);

    Result<void> add(const Choice& choice);
    int answer_hello(SSL* ssl, int* alert);
    static int on_hello(SSL* ssl, int* alert, void* self) noexcept;
    static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* mac, int sealing) noexcept;

    std::shared_ptr<const Config> config_;
    Choices choices_;
    std::unordered_map<const Choice*, Handle<SSL_CTX, SSL_CTX_free>> contexts_;
    SSL_CTX* initial_ = nullptr;
    std::shared_ptr<const TicketKeys> keys_;
};

// "tls: REASON" from OpenSSL's error queue, which is empty afterwards.
Error openssl_error(std::string what);

}  // namespace portcullis::tls
