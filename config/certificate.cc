#include "config/certificate.h"

#include "config/pem.h"
#include "config/types/address.h"

#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <cstring>
#include <ctime>
#include <optional>

namespace portcullis {
namespace {

using GeneralNames = Handle<GENERAL_NAMES, GENERAL_NAMES_free>;

// More is a bundle of authorities, not a chain; clients give up at about ten.
constexpr std::size_t kIntermediatesMax = 10;

Result<void> read_chain(std::string_view pem, Certificate& certificate) {
    const PemText bio = pem_text(pem);
    bool encrypted = false;
    while (Handle<X509, X509_free> next{
        PEM_read_bio_X509(bio.get(), nullptr, note_encrypted, &encrypted)}) {
        if (!certificate.leaf) {
            certificate.leaf = std::move(next);
        } else if (certificate.intermediates.size() < kIntermediatesMax) {
            certificate.intermediates.push_back(std::move(next));
        } else {
            return failure(
                "more than 10 intermediate certificates; a chain has the leaf first and then its "
                "issuers");
        }
    }
    if (!at_end_of_pem()) {
        return failure("a malformed certificate: " + openssl_reason());
    }
    if (certificate.leaf) {
        return {};
    }
    return failure(holds(pem, "PRIVATE KEY-----")
                       ? "a private key where the certificate should be; are the two swapped?"
                       : "no PEM certificate in it; it begins with -----BEGIN CERTIFICATE-----");
}

Result<void> read_key(std::string_view pem, Certificate& certificate) {
    const PemText bio = pem_text(pem);
    bool encrypted = false;
    certificate.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, note_encrypted, &encrypted));
    if (certificate.key) {
        return {};
    }
    if (encrypted) {
        return failure(
            "the key is encrypted; store it decrypted, readable by the proxy's user only");
    }
    if (holds(pem, "PRIVATE KEY-----")) {
        return failure("a malformed key: " + openssl_reason());
    }
    return failure(holds(pem, "BEGIN CERTIFICATE-----")
                       ? "a certificate where the private key should be; are the two swapped?"
                       : "no PEM private key in it; it begins with -----BEGIN PRIVATE KEY-----");
}

Result<void> check_pair(const Certificate& certificate) {
    if (X509_check_private_key(certificate.leaf.get(), certificate.key.get()) == 1) {
        return {};
    }
    const bool reversed = std::any_of(
        certificate.intermediates.begin(), certificate.intermediates.end(), [&](const auto& other) {
            return X509_check_private_key(other.get(), certificate.key.get()) == 1;
        });
    return failure(reversed
                       ? "the key belongs to a later certificate of the chain; put the leaf first, "
                         "then its issuers"
                       : "the key does not belong to the certificate; they must be made together");
}

KeyType type_of(const EVP_PKEY* key) {
    switch (EVP_PKEY_get_base_id(key)) {
        case EVP_PKEY_EC:
            return KeyType::ecdsa;
        case EVP_PKEY_RSA:
            return KeyType::rsa;
        default:
            return KeyType::other;
    }
}

// The name's canonical text; none for a kind of name that no route or SNI can carry.
std::optional<std::string> name_text(const GENERAL_NAME& name) {
    const bool dns = name.type == GEN_DNS;
    if (!dns && name.type != GEN_IPADD) {
        return std::nullopt;
    }
    const ASN1_STRING* value = dns ? name.d.dNSName : name.d.iPAddress;
    const unsigned char* bytes = ASN1_STRING_get0_data(value);
    const auto length = static_cast<std::size_t>(ASN1_STRING_length(value));
    if (dns) {
        return std::string{bytes, bytes + length};
    }
    if (length == 4) {
        return IpAddress::v4(static_cast<std::uint32_t>(bytes[0]) << 24U |
                             static_cast<std::uint32_t>(bytes[1]) << 16U |
                             static_cast<std::uint32_t>(bytes[2]) << 8U | bytes[3])
            .text();
    }
    std::array<std::uint8_t, 16> six{};
    if (length != six.size()) {
        return std::nullopt;
    }
    std::copy(bytes, bytes + length, six.begin());
    return IpAddress::v6(six).text();
}

// A name that is no HostPattern, such as "*.com" or "intra net", can match no client: it is
// skipped.
std::vector<HostPattern> names_of(const X509* leaf) {
    const GeneralNames list{static_cast<GENERAL_NAMES*>(
        X509_get_ext_d2i(leaf, NID_subject_alt_name, nullptr, nullptr))};
    std::vector<HostPattern> names;
    for (int i = 0; i < sk_GENERAL_NAME_num(list.get()); ++i) {
        const auto text = name_text(*sk_GENERAL_NAME_value(list.get(), i));
        auto pattern = HostPattern::parse(text.value_or(""));
        if (pattern && std::find(names.begin(), names.end(), *pattern) == names.end()) {
            names.push_back(std::move(*pattern));
        }
    }
    return names;
}

using Digest = std::array<std::uint8_t, 32>;

Digest fingerprint_of(const X509* certificate) {
    Digest fingerprint{};
    X509_digest(certificate, EVP_sha256(), fingerprint.data(), nullptr);
    return fingerprint;
}

Digest digest_of(const Certificate& certificate) {
    std::string all{certificate.fingerprint.begin(), certificate.fingerprint.end()};
    for (const auto& intermediate : certificate.intermediates) {
        const Digest next = fingerprint_of(intermediate.get());
        all.append(next.begin(), next.end());
    }
    Digest digest{};
    SHA256(reinterpret_cast<const unsigned char*>(all.data()), all.size(), digest.data());
    return digest;
}

}  // namespace

Result<std::chrono::system_clock::time_point> time_of(const ASN1_TIME* time) {
    using Clock = std::chrono::system_clock;
    std::tm parts{};
    if (ASN1_TIME_to_tm(time, &parts) != 1) {
        return failure("a malformed certificate: its validity is not a time");
    }
    // 99991231235959Z, "no expiry" (RFC 5280, 4.1.2.5), is beyond what a 64-bit count of
    // nanoseconds holds.
    const std::chrono::seconds since_epoch{::timegm(&parts)};
    const auto latest = std::chrono::duration_cast<std::chrono::seconds>(Clock::duration::max());
    return Clock::time_point{std::clamp(since_epoch, -latest, latest)};
}

Result<Certificate> parse_certificate(std::string_view certificate_pem, std::string_view key_pem) {
    const CleanErrorQueue clean;
    Certificate certificate;
    if (auto chain = read_chain(certificate_pem, certificate); !chain) {
        return chain.error();
    }
    if (auto key = read_key(key_pem, certificate); !key) {
        return key.error();
    }
    if (auto pair = check_pair(certificate); !pair) {
        return pair.error();
    }
    const auto not_before = time_of(X509_get0_notBefore(certificate.leaf.get()));
    const auto not_after = time_of(X509_get0_notAfter(certificate.leaf.get()));
    if (!not_before || !not_after) {
        return not_before ? not_after.error() : not_before.error();
    }
    certificate.not_before = *not_before;
    certificate.not_after = *not_after;
    certificate.key_type = type_of(certificate.key.get());
    certificate.names = names_of(certificate.leaf.get());
    certificate.fingerprint = fingerprint_of(certificate.leaf.get());
    certificate.digest = digest_of(certificate);
    return certificate;
}

}  // namespace portcullis
