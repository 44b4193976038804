// One worker's OpenSSL contexts: one for each certificate choice, all with the same policy (TLS 1.2
// and 1.3, Mozilla's intermediate ciphers, one stateless ticket for each handshake). Contexts are
// not shared between workers, because OpenSSL 3.0's locks are felt when they are.
//
// A ticket resumes only under the SNI, the certificates and the wish for a client's certificate
// that it was issued under: all are hashed into the session id context before OpenSSL looks at the
// ticket.
//
// Whether a client is asked for a certificate follows from its SNI (client_policies.h). Any or none
// is accepted here, for a handshake can say neither 421 nor 403, and cannot know which request
// comes: facts are recorded (client_identity.h), requests are judged by them. A ticket carries them
// along. A client that showed nothing where a route requires something gets no ticket, or it would
// not be asked again when it has found its certificate.
#pragma once

#include "base/handle.h"
#include "base/result.h"
#include "config/model.h"
#include "proxy/tls/choice.h"
#include "proxy/tls/client_policies.h"
#include "proxy/tls/tickets.h"

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <unordered_map>

namespace portcullis::tls {

class Contexts {
  public:
    // Fails when OpenSSL refuses a certificate or a setting, and without any certificate, unless
    // some service is passed through: then every name that comes here is refused.
    static Result<std::unique_ptr<Contexts>> make(std::shared_ptr<const Config> config);

    // The context that a new session starts with; the ClientHello may move it to another.
    [[nodiscard]] SSL_CTX* initial() const { return initial_; }

    [[nodiscard]] const ClientPolicies& clients() const { return clients_; }

    void use(std::shared_ptr<const TicketKeys> keys) { keys_ = std::move(keys); }

  private:
    explicit Contexts(std::shared_ptr<const Config> config);

    Result<void> add(const Choice& choice);
    int answer_hello(SSL* ssl, int* alert);
    static void ask_for_certificate(SSL* ssl, std::shared_ptr<const Asked> asked);
    static int on_hello(SSL* ssl, int* alert, void* self) noexcept;
    static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* mac, int sealing) noexcept;

    std::shared_ptr<const Config> config_;
    Choices choices_;
    ClientPolicies clients_;
    std::unordered_map<const Choice*, Handle<SSL_CTX, SSL_CTX_free>> contexts_;
    SSL_CTX* initial_ = nullptr;
    std::shared_ptr<const TicketKeys> keys_;
};

}  // namespace portcullis::tls
