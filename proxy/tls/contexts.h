// One worker's OpenSSL contexts: one for each certificate choice, all with the same policy (TLS 1.2
// and 1.3, Mozilla's intermediate ciphers, one stateless ticket for each handshake). Contexts are
// not shared between workers, because OpenSSL 3.0's locks are felt when they are.
//
// A configuration that replaces another takes over the contexts of the certificates that stay as
// they were. So a context knows nothing of the Contexts it belongs to: the session does, from the
// ClientHello on.
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

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace portcullis::tls {

class Contexts {
  public:
    // Fails when OpenSSL refuses a certificate or a setting, and without any certificate, unless
    // some service is passed through: then every name that comes here is refused. previous: those
    // that these replace, of the same worker, or null; it may be destroyed first.
    static Result<std::unique_ptr<Contexts>> make(std::shared_ptr<const Config> config,
                                                  const Contexts* previous = nullptr);

    // The context that a new session starts with; the ClientHello moves it to another. Until the
    // handshake is over the session needs these Contexts.
    [[nodiscard]] SSL_CTX* initial() const { return initial_.get(); }

    // How many contexts were made, and not taken over.
    [[nodiscard]] std::size_t made() const { return made_; }

    [[nodiscard]] const ClientPolicies& clients() const { return clients_; }

    void use(std::shared_ptr<const TicketKeys> keys) { keys_ = std::move(keys); }

  private:
    using Context = Handle<SSL_CTX, SSL_CTX_free>;

    explicit Contexts(std::shared_ptr<const Config> config);

    Result<void> fill(const Contexts* previous);
    [[nodiscard]] Result<Context> context_for(const Choice& choice) const;
    int answer_hello(SSL* ssl, int* alert);
    static void ask_for_certificate(SSL* ssl, std::shared_ptr<const Asked> asked);
    static int on_hello(SSL* ssl, int* alert, void* self) noexcept;
    static int on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                         EVP_MAC_CTX* mac, int sealing) noexcept;

    std::shared_ptr<const Config> config_;
    Choices choices_;
    ClientPolicies clients_;
    std::vector<Context> contexts_;  // one for each of choices_.all(), in that order
    Context initial_;                // without a certificate
    std::size_t made_ = 0;
    std::shared_ptr<const TicketKeys> keys_;
};

}  // namespace portcullis::tls
