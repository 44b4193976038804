#include "proxy/tls/contexts.h"

#include "base/check.h"
#include "config/certificate.h"
#include "proxy/tls/client_identity.h"
#include "proxy/tls/hello.h"
#include "proxy/tls/policy.h"
#include "proxy/tls/session.h"

#include <openssl/err.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>

namespace portcullis::tls {
namespace {

// What SSL_CTX_set_tlsext_ticket_key_evp_cb(3) wants of its callback.
constexpr int kUnknown = 0;
constexpr int kFine = 1;
constexpr int kRenew = 2;

// ALPN as a length-prefixed list. A client that offers only what we do not speak is refused (RFC
// 7301, 3.2).
template <class List>
int choose(const List& ours, const unsigned char** out, unsigned char* out_length,
           const unsigned char* offered, unsigned offered_length) {
    unsigned char* selected = nullptr;
    const int result =
        SSL_select_next_proto(&selected, out_length, ours.data(),
                              static_cast<unsigned>(ours.size()), offered, offered_length);
    *out = selected;
    return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

// The server's order decides. http/1.0 is what a client offers that wants nothing newer; its
// requests are HTTP/1.0, on a connection of HTTP/1 like any other.
int on_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
            const unsigned char* offered, unsigned offered_length, void*) noexcept {
    static constexpr std::array<unsigned char, 21> kAll{2,   'h', '2', 8,   'h', 't', 't',
                                                        'p', '/', '1', '.', '1', 8,   'h',
                                                        't', 't', 'p', '/', '1', '.', '0'};
    return choose(kAll, out, out_length, offered, offered_length);
}

int on_alpn_without_http2(SSL*, const unsigned char** out, unsigned char* out_length,
                          const unsigned char* offered, unsigned offered_length, void*) noexcept {
    static constexpr std::array<unsigned char, 18> kHttp1{
        8, 'h', 't', 't', 'p', '/', '1', '.', '1', 8, 'h', 't', 't', 'p', '/', '1', '.', '0'};
    return choose(kHttp1, out, out_length, offered, offered_length);
}

void append_fingerprint(std::string& text, const Certificate* certificate) {
    static constexpr std::array<std::uint8_t, 32> kNone{};
    const auto& fingerprint = certificate != nullptr ? certificate->fingerprint : kNone;
    text.append(reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size());
}

// What a ticket is bound to. Names hold no zero byte, so the parts cannot run into each other.
std::array<unsigned char, SHA256_DIGEST_LENGTH> binding(std::string_view sni, const Choice& choice,
                                                        const Asked* asked) {
    std::string text{sni};
    text.push_back('\0');
    append_fingerprint(text, choice.ecdsa);
    append_fingerprint(text, choice.rsa);
    if (asked != nullptr) {
        text.append(asked->digest.begin(), asked->digest.end());
    }
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

// In place of OpenSSL's verification of what a client shows.
int on_certificate(X509_STORE_CTX* shown, void*) noexcept {
    auto* const ssl =
        static_cast<SSL*>(X509_STORE_CTX_get_ex_data(shown, SSL_get_ex_data_X509_STORE_CTX_idx()));
    Session::of(ssl).allow_ticket(fits_ticket(X509_STORE_CTX_get0_untrusted(shown)));
    X509_STORE_CTX_set_error(shown, X509_V_OK);
    return 1;
}

// A ticket is about to be sealed. What a resumed session has kept stays in it.
int on_ticket_content(SSL* ssl, void*) noexcept {
    const bool fresh = Session::of(ssl).asked() != nullptr && SSL_session_reused(ssl) == 0;
    return !fresh || keep_intermediates(ssl) ? 1 : 0;
}

// A ticket was opened, or could not be.
SSL_TICKET_RETURN on_ticket_opened(SSL* ssl, SSL_SESSION* session, const unsigned char*,
                                   std::size_t, SSL_TICKET_STATUS status, void*) noexcept {
    if (status == SSL_TICKET_SUCCESS || status == SSL_TICKET_SUCCESS_RENEW) {
        const Asked* const asked = Session::of(ssl).asked();
        if (asked != nullptr && asked->required && SSL_SESSION_get0_peer(session) == nullptr) {
            return SSL_TICKET_RETURN_IGNORE_RENEW;
        }
        Session::of(ssl).allow_ticket(true);
        return status == SSL_TICKET_SUCCESS ? SSL_TICKET_RETURN_USE : SSL_TICKET_RETURN_USE_RENEW;
    }
    const bool broken =
        status == SSL_TICKET_FATAL_ERR_MALLOC || status == SSL_TICKET_FATAL_ERR_OTHER;
    return broken ? SSL_TICKET_RETURN_ABORT : SSL_TICKET_RETURN_IGNORE_RENEW;
}

// OpenSSL updates keys as often as the peer likes, inside one read if need be.
void on_message(int sent, int version, int type, const void* bytes, std::size_t size, SSL* ssl,
                void*) noexcept {
    if (sent == 0 && type == SSL3_RT_HANDSHAKE && version == TLS1_3_VERSION && size > 0 &&
        *static_cast<const unsigned char*>(bytes) == SSL3_MT_KEY_UPDATE) {
        Session::of(ssl).note_key_update();
    }
}

// What a choice shows to clients.
using Digests = std::array<std::array<std::uint8_t, 32>, 2>;

Digests digests_of(const Choice& choice) {
    Digests digests{};
    if (choice.ecdsa != nullptr) {
        digests[0] = choice.ecdsa->digest;
    }
    if (choice.rsa != nullptr) {
        digests[1] = choice.rsa->digest;
    }
    return digests;
}

bool passes_through(const Config& config) {
    return std::any_of(
        config.services.begin(), config.services.end(),
        [](const ServiceConfig& service) { return service.passthrough == Switch::on; });
}

}  // namespace

Result<std::unique_ptr<Contexts>> Contexts::make(std::shared_ptr<const Config> config,
                                                 const Contexts* previous) {
    std::unique_ptr<Contexts> contexts{new Contexts{std::move(config)}};
    if (contexts->choices_.all().empty() && !passes_through(*contexts->config_)) {
        return failure("tls: there is no certificate");
    }
    if (const auto filled = contexts->fill(previous); !filled) {
        return filled.error();
    }
    return contexts;
}

Contexts::Contexts(std::shared_ptr<const Config> config)
    : config_{std::move(config)}, choices_{config_->tls}, clients_{*config_} {}

Result<void> Contexts::fill(const Contexts* previous) {
    // Only the policy and the certificates are part of a context.
    const bool same_policy =
        previous != nullptr &&
        previous->config_->tls.minimum_version == config_->tls.minimum_version &&
        previous->config_->tls.http2 == config_->tls.http2;
    std::map<Digests, SSL_CTX*> kept;
    for (std::size_t i = 0; same_policy && i < previous->contexts_.size(); ++i) {
        kept.emplace(digests_of(previous->choices_.all()[i]), previous->contexts_[i].get());
    }
    for (const Choice& choice : choices_.all()) {
        if (const auto at = kept.find(digests_of(choice)); at != kept.end()) {
            SSL_CTX_up_ref(at->second);
            contexts_.emplace_back(at->second);
            continue;
        }
        auto context = context_for(choice);
        if (!context) {
            return context.error();
        }
        contexts_.push_back(std::move(*context));
        ++made_;
    }
    auto initial = context_for({});
    if (!initial) {
        return initial.error();
    }
    initial_ = std::move(*initial);
    SSL_CTX_set_client_hello_cb(initial_.get(), on_hello, this);
    return {};
}

Result<Contexts::Context> Contexts::context_for(const Choice& choice) const {
    Context context{SSL_CTX_new(TLS_server_method())};
    if (!context || !set_policy(context.get(), config_->tls.minimum_version)) {
        return openssl_error("tls: cannot set the policy");
    }
    SSL_CTX_set_session_cache_mode(
        context.get(), SSL_SESS_CACHE_OFF);  // tickets only: nothing kept for each client
    if (!set_certificate(context.get(), choice.ecdsa) ||
        !set_certificate(context.get(), choice.rsa)) {
        return openssl_error("tls: cannot use a certificate");
    }
    // A second ClientHello, behind a HelloRetryRequest, is asked about here.
    SSL_CTX_set_client_hello_cb(context.get(), on_hello, nullptr);
    SSL_CTX_set_alpn_select_cb(
        context.get(), config_->tls.http2 == Switch::on ? on_alpn : on_alpn_without_http2, nullptr);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context.get(), on_ticket);
    SSL_CTX_set_session_ticket_cb(context.get(), on_ticket_content, on_ticket_opened, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), on_certificate, nullptr);
    SSL_CTX_set_msg_callback(context.get(), on_message);
    return context;
}

int Contexts::answer_hello(SSL* ssl, int* alert) {
    Session& session = Session::of(ssl);
    session.limit_key_updates(config_->limits.key_updates_per_minute);
    const unsigned char* extension = nullptr;
    std::size_t length = 0;
    if (SSL_client_hello_get0_ext(ssl, TLSEXT_TYPE_server_name, &extension, &length) == 1) {
        const auto name = server_name({extension, length});
        if (!name) {
            *alert = SSL_AD_DECODE_ERROR;
            return SSL_CLIENT_HELLO_ERROR;
        }
        const auto canonical = canonical_hostname(*name);
        if (!canonical) {
            *alert = SSL_AD_UNRECOGNIZED_NAME;
            session.note_refused_sni();
            return SSL_CLIENT_HELLO_ERROR;
        }
        session.note_sni(*canonical);
    }
    const Choice* const choice = choices_.find(session.sni());
    if (choice == nullptr) {
        *alert = SSL_AD_UNRECOGNIZED_NAME;
        session.note_refused_sni();
        return SSL_CLIENT_HELLO_ERROR;
    }
    SSL_set_SSL_CTX(ssl, contexts_[choices_.index_of(*choice)].get());

    if (auto asked = clients_.asked(session.sni())) {
        ask_for_certificate(ssl, std::move(asked));
    }
    const auto bound_to = binding(session.sni(), *choice, session.asked());
    if (SSL_set_session_id_context(ssl, bound_to.data(), bound_to.size()) != 1) {
        *alert = SSL_AD_INTERNAL_ERROR;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

void Contexts::ask_for_certificate(SSL* ssl, std::shared_ptr<const Asked> asked) {
    Session& session = Session::of(ssl);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
    if (asked->names) {
        SSL_set0_CA_list(ssl, SSL_dup_CA_list(asked->names.get()));
    }
    session.allow_ticket(!asked->required);
    session.note_asked(std::move(asked));
}

int Contexts::on_hello(SSL* ssl, int* alert, void* self) noexcept {
    Session& session = Session::of(ssl);
    if (self != nullptr) {
        session.note_contexts(*static_cast<Contexts*>(self));
    }
    return session.contexts()->answer_hello(ssl, alert);
}

int Contexts::on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int sealing) noexcept {
    const Contexts* const self = Session::of(ssl).contexts();
    if (sealing == 1 && !Session::of(ssl).ticket_allowed()) {
        return kUnknown;  // TLS 1.2 then sends an empty ticket (RFC 5077, 3.3)
    }
    const int result =
        self->keys_ ? ticket_key(*self->keys_, name, iv, cipher, mac, sealing) : kUnknown;
    // A TLS 1.3 client uses a ticket once (RFC 8446, C.4): each that resumes is replaced.
    const bool resumes = sealing == 0 && result == kFine;
    return resumes && SSL_version(ssl) == TLS1_3_VERSION ? kRenew : result;
}

}  // namespace portcullis::tls
