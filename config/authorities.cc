#include "config/authorities.h"

#include "base/check.h"
#include "config/certificate.h"
#include "config/pem.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string>

namespace portcullis {
namespace {

// A system's bundle holds about 150.
constexpr std::size_t kPartsMax = 1'000;

// All that read gives of a text, as Handle<Part, free>. what: one of them, for a sentence.
template <class Part, class Read>
Result<std::vector<Part>> read_all(std::string_view pem, Read read, const std::string& what) {
    const CleanErrorQueue clean;
    const PemText text = pem_text(pem);
    std::vector<Part> parts;
    bool encrypted = false;
    while (Part next{read(text.get(), nullptr, note_encrypted, &encrypted)}) {
        if (parts.size() == kPartsMax) {
            return failure("more than 1000 of them; keep those that are needed");
        }
        parts.push_back(std::move(next));
    }
    if (!at_end_of_pem()) {
        return failure("a malformed " + what + ": " + openssl_reason());
    }
    if (parts.empty()) {
        return failure("no " + what + " in it; write PEM");
    }
    return parts;
}

template <class Parts, class Write>
Digest digest_of(const Parts& parts, Write write) {
    const Handle<EVP_MD_CTX, EVP_MD_CTX_free> hash{EVP_MD_CTX_new()};
    EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
    for (const auto& part : parts) {
        unsigned char* der = nullptr;
        const int size = write(part.get(), &der);
        CHECK(size > 0 && "what was parsed can be written");
        EVP_DigestUpdate(hash.get(), der, static_cast<std::size_t>(size));
        OPENSSL_free(der);
    }
    Digest digest{};
    EVP_DigestFinal_ex(hash.get(), digest.data(), nullptr);
    return digest;
}

bool issued_by(X509_CRL* list, X509* certificate) {
    return X509_NAME_cmp(X509_CRL_get_issuer(list), X509_get_subject_name(certificate)) == 0 &&
           X509_CRL_verify(list, X509_get0_pubkey(certificate)) == 1;
}

}  // namespace

Result<Authorities> parse_authorities(std::string_view pem) {
    using Part = Handle<X509, X509_free>;
    auto read = read_all<Part>(pem, PEM_read_bio_X509, "certificate");
    if (!read) {
        return read.error();
    }
    Authorities authorities{std::move(*read)};
    authorities.digest = digest_of(authorities.certificates, i2d_X509);
    return authorities;
}

Result<Revocations> parse_revocations(std::string_view pem) {
    using Part = Handle<X509_CRL, X509_CRL_free>;
    auto read = read_all<Part>(pem, PEM_read_bio_X509_CRL, "revocation list");
    if (!read) {
        return read.error();
    }
    Revocations revocations{std::move(*read)};
    revocations.digest = digest_of(revocations.lists, i2d_X509_CRL);
    for (const auto& list : revocations.lists) {
        if (const ASN1_TIME* const next = X509_CRL_get0_nextUpdate(list.get()); next != nullptr) {
            const auto time = time_of(next);
            if (!time) {
                return failure("a malformed revocation list: its next update is not a time");
            }
            revocations.end = std::min(revocations.end, *time);
        }
    }
    return revocations;
}

bool issued_by(const Revocations& revocations, const Authorities& authorities) {
    const CleanErrorQueue clean;
    return std::all_of(revocations.lists.begin(), revocations.lists.end(), [&](const auto& list) {
        return std::any_of(
            authorities.certificates.begin(), authorities.certificates.end(),
            [&](const auto& certificate) { return issued_by(list.get(), certificate.get()); });
    });
}

}  // namespace portcullis
