#include "proxy/tls/policy.h"

#include "config/certificate.h"

#include <openssl/err.h>

#include <array>

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

bool hardware_aes() {
#if defined(__x86_64__)
    return __builtin_cpu_supports("aes") > 0;
#else
    return true;  // every 64-bit ARM server core has the instructions
#endif
}

// The hybrid needs OpenSSL 3.5; an older one refuses the whole list, so it is asked.
bool set_groups(SSL_CTX* context) {
    if (SSL_CTX_set1_groups_list(context, "X25519MLKEM768:X25519:P-256:P-384") == 1) {
        return true;
    }
    ERR_clear_error();
    return SSL_CTX_set1_groups_list(context, "X25519:P-256:P-384") == 1;
}

}  // namespace

bool set_policy(SSL_CTX* context, TlsVersion minimum_version) {
    const int minimum = minimum_version == TlsVersion::tls13 ? TLS1_3_VERSION : TLS1_2_VERSION;
    const bool aes = hardware_aes();
    SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                     SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
    // One system call fetches a record's header together with its body, and often the next record.
    SSL_CTX_set_read_ahead(context, 1);
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

Error openssl_error(std::string what) {
    std::array<char, 256> reason{};
    ERR_error_string_n(ERR_get_error(), reason.data(), reason.size());
    ERR_clear_error();
    return failure(std::move(what) + ": " + reason.data());
}

}  // namespace portcullis::tls
