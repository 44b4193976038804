#include "proxy/tls/contexts.h"

#include "base/check.h"
#include "config/certificate.h"
#include "proxy/tls/hello.h"
#include "proxy/tls/session.h"

#include <openssl/err.h>
#include <openssl/sha.h>

#include <array>
#include <string>

namespace portcullis::tls {
namespace {

// Mozilla's intermediate list without the DHE suites: a client that has neither ECDHE nor TLS 1.3
// is older than any it names, and a server's DHE exponentiation is the cheapest way to make it work
// for an attacker.
constexpr const char* kCiphersAes =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* kCiphersChacha =
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:ECDHE-ECDSA-AES128-GCM-SHA256:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
constexpr const char* kSuitesAes =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
constexpr const char* kSuitesChacha =
    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";

// What SSL_CTX_set_tlsext_ticket_key_evp_cb(3) wants of its callback.
constexpr int kUnknown = 0;
constexpr int kFine = 1;
constexpr int kRenew = 2;

bool hardware_aes() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("aes") > 0;
#else
    return true;  // every 64-bit ARM server core has the instructions
#endif
}

// The hybrid needs OpenSSL 3.5; an older one refuses the whole list, so it is asked.
bool set_groups(SSL_CTX* context) {
    if (SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519:P-256") == 1) {
        return true;
    }
    ERR_clear_error();
    return SSL_CTX_set1_groups_list(context, "X25519:P-256") == 1;
}

bool set_policy(SSL_CTX* context, const TlsConfig& tls) {
    const int minimum = tls.minimum_version == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    const bool aes = hardware_aes();
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // One system call fetches a record's header together with its body, and often the next record.
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_session_cache_mode(
        context, SSL_SESS_CACHE_OFF);  // tickets only: nothing kept for each client
    SSL_CTX_set_num_tickets(context, 1);
    SSL_CTX_set_max_cert_list(context, 64L << 10U);
    return SSL_CTX_set_min_proto_version(context, minimum) == 1 &&
           SSL_CTX_set_max_proto_version(context, TLS1_3_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(context, aes ? kCiphersAes : kCiphersChacha) == 1 &&
           SSL_CTX_set_ciphersuites(context, aes ? kSuitesAes : kSuitesChacha) == 1 &&
           set_groups(context);
}

bool set_certificate(SSL_CTX* context, const Certificate* certificate) {
    if (certificate == nullptr) {
        return true;
    }
    if (SSL_CTX_use_certificate(context, certificate->leaf.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, certificate->key.get()) != 1) {
        return false;
    }
    for (const auto& intermediate : certificate->intermediates) {
        if (SSL_CTX_add1_chain_cert(context, intermediate.get()) != 1) {
            return false;
        }
    }
    return true;
}

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

// The server's order decides.
int on_alpn(SSL*, const unsigned char** out, unsigned char* out_length,
            const unsigned char* offered, unsigned offered_length, void*) noexcept {
    static constexpr std::array<unsigned char, 12> kBoth{2,   'h', '2', 8,   'h', 't',
                                                         't', 'p', '/', '1', '.', '1'};
    return choose(kBoth, out, out_length, offered, offered_length);
}

int on_alpn_without_http2(SSL*, const unsigned char** out, unsigned char* out_length,
                          const unsigned char* offered, unsigned offered_length, void*) noexcept {
    static constexpr std::array<unsigned char, 9> kOne{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    return choose(kOne, out, out_length, offered, offered_length);
}

void append_fingerprint(std::string& text, const Certificate* certificate) {
    static constexpr std::array<std::uint8_t, 32> kNone{};
    const auto& fingerprint = certificate != nullptr ? certificate->fingerprint : kNone;
    text.append(reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size());
}

// What a ticket is bound to. Names hold no zero byte, so the parts cannot run into each other.
std::array<unsigned char, SHA256_DIGEST_LENGTH> binding(std::string_view sni,
                                                        const Choice& choice) {
    std::string text{sni};
    text.push_back('\0');
    append_fingerprint(text, choice.ecdsa);
    append_fingerprint(text, choice.rsa);
    std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
    return digest;
}

}  // namespace

Error openssl_error(std::string what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    return failure(std::move(what) + ": " + reason.data());
}

Result<std::unique_ptr<Contexts>> Contexts::make(std::shared_ptr<const Config> config) {
    std::unique_ptr<Contexts> contexts{new Contexts{std::move(config)}};
    for (const Choice& choice : contexts->choices_.all()) {
        if (const auto added = contexts->add(choice); !added) {
            return added.error();
        }
    }
    if (contexts->initial_ == nullptr) {
        return failure("tls: there is no certificate");
    }
    return contexts;
}

Contexts::Contexts(std::shared_ptr<const Config> config)
    : config_{std::move(config)}, choices_{config_->tls} {}

Result<void> Contexts::add(const Choice& choice) {
    Handle<SSL_CTX, SSL_CTX_free> context{SSL_CTX_new(TLS_server_method())};
    if (!context || !set_policy(context.get(), config_->tls)) {
        return openssl_error("tls: cannot set the policy");
    }
    if (!set_certificate(context.get(), choice.ecdsa) ||
        !set_certificate(context.get(), choice.rsa)) {
        return openssl_error("tls: cannot use a certificate");
    }
    SSL_CTX_set_app_data(context.get(), this);
    SSL_CTX_set_client_hello_cb(context.get(), on_hello, this);
    SSL_CTX_set_alpn_select_cb(
        context.get(), config_->tls.http2 == Switch::on ? on_alpn : on_alpn_without_http2, nullptr);
    SSL_CTX_set_tlsext_ticket_key_evp_cb(context.get(), on_ticket);
    if (initial_ == nullptr) {
        initial_ = context.get();
    }
    contexts_.emplace(&choice, std::move(context));
    return {};
}

int Contexts::answer_hello(SSL* ssl, int* alert) {
    Session& session = Session::of(ssl);
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
    SSL_set_SSL_CTX(ssl, contexts_.at(choice).get());

    const auto bound_to = binding(session.sni(), *choice);
    if (SSL_set_session_id_context(ssl, bound_to.data(), bound_to.size()) != 1) {
        *alert = SSL_AD_INTERNAL_ERROR;
        return SSL_CLIENT_HELLO_ERROR;
    }
    return SSL_CLIENT_HELLO_SUCCESS;
}

int Contexts::on_hello(SSL* ssl, int* alert, void* self) noexcept {
    return static_cast<Contexts*>(self)->answer_hello(ssl, alert);
}

int Contexts::on_ticket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac, int sealing) noexcept {
    const auto* self = static_cast<const Contexts*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
    const int result =
        self->keys_ ? ticket_key(*self->keys_, name, iv, cipher, mac, sealing) : kUnknown;
    // A TLS 1.3 client uses a ticket once (RFC 8446, C.4): each that resumes is replaced.
    const bool resumes = sealing == 0 && result == kFine;
    return resumes && SSL_version(ssl) == TLS1_3_VERSION ? kRenew : result;
}

}  // namespace portcullis::tls
