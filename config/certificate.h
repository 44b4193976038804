// A certificate chain with its private key, read once while the configuration is loaded.
#pragma once

#include "base/handle.h"
#include "base/result.h"
#include "config/types/hostname.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace portcullis {

enum class KeyType : std::uint8_t { ecdsa, rsa, other };

// Immutable after load; safe to share between threads (OpenSSL counts references atomically).
struct Certificate {
    Handle<X509, X509_free> leaf;
    std::vector<Handle<X509, X509_free>> intermediates;   // in the order to be sent
    Handle<EVP_PKEY, EVP_PKEY_free> key;
    KeyType key_type = KeyType::other;
    std::vector<HostPattern> names;                       // DNS and IP names of the SAN; the subject's CN is ignored
    std::chrono::system_clock::time_point not_before;
    std::chrono::system_clock::time_point not_after;
    std::array<std::uint8_t, 32> fingerprint{};           // SHA-256 of the leaf's DER
    std::array<std::uint8_t, 32> digest{};                // of the fingerprints of all that is sent
};

// Parses PEM texts. Fails when either is malformed, or the key does not belong to the certificate; whether
// it is expired is for the caller to judge.
Result<Certificate> parse_certificate(std::string_view certificate_pem, std::string_view key_pem);

// A certificate's or a list's time, clamped to what the clock can hold. Fails when it is none.
Result<std::chrono::system_clock::time_point> time_of(const ASN1_TIME* time);

}  // namespace portcullis
