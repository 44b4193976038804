#include "proxy/tls/client_identity.h"

#include "base/check.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

namespace portcullis::tls {
namespace {

// Clients send a ticket back in the first packets of their next visit.
constexpr std::size_t kKeptBytesMax = 8'192;

// For a connection that sees more reloads with changed files than this, which none does: verdicts
// are cheap to have again.
constexpr std::size_t kVerdictsMax = 16;

std::string one_line(const X509_NAME* name) {
    const Handle<BIO, BIO_free_all> out{BIO_new(BIO_s_mem())};
    CHECK(out && "out of memory for a name");
    // Escapes what is not printable ASCII, so that the line can stand in a field.
    X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(std::max(size, 0L))};
}

std::string hexadecimal(const ASN1_INTEGER* number) {
    const Handle<BIGNUM, BN_free> value{ASN1_INTEGER_to_BN(number, nullptr)};
    char* const digits = value ? BN_bn2hex(value.get()) : nullptr;
    std::string text = digits != nullptr ? digits : "";
    OPENSSL_free(digits);
    return text;
}

std::string fingerprint(const X509* certificate) {
    static constexpr std::string_view kDigits = "0123456789abcdef";
    Digest digest{};
    X509_digest(certificate, EVP_sha256(), digest.data(), nullptr);
    std::string text;
    for (const std::uint8_t byte : digest) {
        text += kDigits[byte >> 4U];
        text += kDigits[byte & 15U];
    }
    return text;
}

std::vector<X509Handle> shared(STACK_OF(X509) * chain) {
    std::vector<X509Handle> handles;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        X509* const certificate = sk_X509_value(chain, i);
        X509_up_ref(certificate);
        handles.emplace_back(certificate);
    }
    return handles;
}

}  // namespace

ClientIdentity::ClientIdentity(std::shared_ptr<const Asked> asked, SSL* ssl)
    : asked_{std::move(asked)} {
    if (!asked_) {
        return;
    }
    leaf_.reset(SSL_get1_peer_certificate(ssl));
    intermediates_ = SSL_session_reused(ssl) == 1 ? kept_intermediates(SSL_get_session(ssl))
                                                  : shared(SSL_get_peer_cert_chain(ssl));
}

bool ClientIdentity::asked_for(const Trust& trust) const {
    return asked_ && std::binary_search(asked_->authorities.begin(), asked_->authorities.end(),
                                        trust.authorities());
}

Verdict ClientIdentity::verdict(const Trust& trust) {
    const auto known = std::find_if(verdicts_.begin(), verdicts_.end(), [&](const auto& entry) {
        return entry.first == trust.digest();
    });
    if (known != verdicts_.end()) {
        return known->second;
    }
    if (verdicts_.size() == kVerdictsMax) {
        verdicts_.clear();
    }
    return verdicts_.emplace_back(trust.digest(), trust.verify(leaf_.get(), intermediates_)).second;
}

const CertificateText& ClientIdentity::text() {
    if (!text_) {
        text_ = std::make_unique<CertificateText>(CertificateText{
            one_line(X509_get_subject_name(leaf_.get())),
            one_line(X509_get_issuer_name(leaf_.get())),
            hexadecimal(X509_get0_serialNumber(leaf_.get())), fingerprint(leaf_.get())});
    }
    return *text_;
}

bool fits_ticket(STACK_OF(X509) * chain) {
    std::size_t bytes = 0;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        const int size = i2d_X509(sk_X509_value(chain, i), nullptr);
        bytes += size > 0 ? static_cast<std::size_t>(size) : kKeptBytesMax + 1;
    }
    return bytes <= kKeptBytesMax;
}

bool keep_intermediates(SSL* ssl) {
    STACK_OF(X509)* const chain = SSL_get_peer_cert_chain(ssl);
    std::vector<unsigned char> kept;
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        unsigned char* der = nullptr;
        const int size = i2d_X509(sk_X509_value(chain, i), &der);
        if (size <= 0) {
            return false;
        }
        kept.insert(kept.end(), der, der + size);
        OPENSSL_free(der);
    }
    return SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), kept.data(), kept.size()) == 1;
}

std::vector<X509Handle> kept_intermediates(SSL_SESSION* session) {
    void* kept = nullptr;
    std::size_t size = 0;
    std::vector<X509Handle> handles;
    if (SSL_SESSION_get0_ticket_appdata(session, &kept, &size) != 1) {
        return handles;
    }
    const auto* at = static_cast<const unsigned char*>(kept);
    const unsigned char* const end = at + size;
    while (at < end) {
        X509Handle next{d2i_X509(nullptr, &at, end - at)};
        if (!next) {
            ERR_clear_error();
            break;
        }
        handles.push_back(std::move(next));
    }
    return handles;
}

}  // namespace portcullis::tls
