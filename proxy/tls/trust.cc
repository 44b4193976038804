#include "proxy/tls/trust.h"

#include "base/check.h"
#include "config/certificate.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <algorithm>

namespace portcullis::tls {
namespace {

// A chain has a leaf, an authority, and seldom more than one between them.
constexpr int kDepthMax = 5;
// As OpenSSL's security level 2: no RSA below 2048 bits, no SHA-1.
constexpr int kSecurityLevel = 2;

// Whether the trusted certificate itself was revoked by somebody above it is not asked: it stands
// in the file.
int forgive_anchor(int fine, X509_STORE_CTX* context) noexcept {
    const int depth = X509_STORE_CTX_get_error_depth(context);
    const bool anchor = depth == sk_X509_num(X509_STORE_CTX_get0_chain(context)) - 1;
    const bool no_list = X509_STORE_CTX_get_error(context) == X509_V_ERR_UNABLE_TO_GET_CRL;
    if (fine == 0 && anchor && depth > 0 && no_list) {
        X509_STORE_CTX_set_error(context, X509_V_OK);
        return 1;
    }
    return fine;
}

void narrow(Verdict& verdict, X509* certificate) {
    const auto from = time_of(X509_get0_notBefore(certificate));
    const auto until = time_of(X509_get0_notAfter(certificate));
    verdict.from = std::max(verdict.from, from ? *from : Time::max());
    verdict.until = std::min(verdict.until, until ? *until : Time::min());
}

}  // namespace

std::string_view reason(const Verdict& verdict) {
    return X509_verify_cert_error_string(verdict.error);
}

Handle<X509_STORE, X509_STORE_free> make_store(const Authorities& authorities,
                                               const Revocations* revocations) {
    Handle<X509_STORE, X509_STORE_free> store{X509_STORE_new()};
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST;
    bool filled = store != nullptr;
    for (const auto& certificate : authorities.certificates) {
        filled = filled && X509_STORE_add_cert(store.get(), certificate.get()) == 1;
    }
    if (revocations != nullptr) {
        flags |= X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL;
        for (const auto& list : revocations->lists) {
            filled = filled && X509_STORE_add_crl(store.get(), list.get()) == 1;
        }
    }
    CHECK(filled && X509_STORE_set_flags(store.get(), flags) == 1 && "out of memory for a store");
    return store;
}

Trust::Trust(const Authorities& authorities, const Revocations* revocations)
    : store_{make_store(authorities, revocations)},
      authorities_{authorities.digest},
      digest_{authorities.digest} {
    X509_STORE_set_verify_cb(store_.get(), forgive_anchor);
    if (revocations != nullptr) {
        revocations_end_ = revocations->end;
        std::array<unsigned char, 2 * sizeof(Digest)> both{};
        const auto rest =
            std::copy(authorities.digest.begin(), authorities.digest.end(), both.begin());
        std::copy(revocations->digest.begin(), revocations->digest.end(), rest);
        SHA256(both.data(), both.size(), digest_.data());
    }
}

Verdict Trust::verify(X509* leaf, const std::vector<X509Handle>& intermediates) const {
    const Handle<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }> untrusted{
        sk_X509_new_null()};
    for (const X509Handle& intermediate : intermediates) {
        sk_X509_push(untrusted.get(), intermediate.get());
    }
    const Handle<X509_STORE_CTX, X509_STORE_CTX_free> context{X509_STORE_CTX_new()};
    CHECK(untrusted && context && "out of memory for a verification");
    if (X509_STORE_CTX_init(context.get(), store_.get(), leaf, untrusted.get()) != 1 ||
        X509_STORE_CTX_set_default(context.get(), "ssl_client") != 1) {
        ERR_clear_error();
        return {};
    }
    X509_VERIFY_PARAM* const wanted = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_depth(wanted, kDepthMax);
    X509_VERIFY_PARAM_set_auth_level(wanted, kSecurityLevel);
    X509_VERIFY_PARAM_set_flags(wanted, X509_V_FLAG_NO_CHECK_TIME);
    Verdict verdict;
    const bool fine = X509_verify_cert(context.get()) == 1;
    verdict.error = X509_STORE_CTX_get_error(context.get());
    ERR_clear_error();
    if (!fine) {
        verdict.error = verdict.error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : verdict.error;
        return verdict;
    }
    verdict.from = Time::min();
    verdict.until = revocations_end_;
    STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context.get());
    for (int i = 0; i < sk_X509_num(chain); ++i) {
        narrow(verdict, sk_X509_value(chain, i));
    }
    return verdict;
}

}  // namespace portcullis::tls
