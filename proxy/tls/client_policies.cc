#include "proxy/tls/client_policies.h"

#include "base/check.h"

#include <openssl/sha.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace portcullis::tls {
namespace {

// Clients read a handshake message of 16 KiB at least; more has been seen to fail.
constexpr int kNamesBytesMax = 8'192;

const Authorities* authorities_of(const RouteConfig& route, const TlsConfig& tls) {
    const auto& named = route.client_ca.file.empty() ? tls.client_ca : route.client_ca;
    return named.loaded.get();
}

const Revocations* revocations_of(const RouteConfig& route, const TlsConfig& tls) {
    const auto& named = route.client_crl.file.empty() ? tls.client_crl : route.client_crl;
    return named.loaded.get();
}

void add_names(STACK_OF(X509_NAME) * names, const Authorities& authorities) {
    for (const auto& certificate : authorities.certificates) {
        X509_NAME* const name = X509_NAME_dup(X509_get_subject_name(certificate.get()));
        CHECK(name != nullptr && sk_X509_NAME_push(names, name) > 0 && "out of memory for a name");
    }
}

int bytes_of(STACK_OF(X509_NAME) * names) {
    int bytes = 0;
    for (int i = 0; i < sk_X509_NAME_num(names); ++i) {
        bytes += 2 + i2d_X509_NAME(sk_X509_NAME_value(names, i), nullptr);
    }
    return bytes;
}

void finish(Asked& asked) {
    std::string text(1, asked.required ? 'r' : 'o');
    for (const Digest& authority : asked.authorities) {
        text.append(authority.begin(), authority.end());
    }
    SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), asked.digest.data());
    if (bytes_of(asked.names.get()) > kNamesBytesMax) {
        asked.names.reset();
    }
}

void ask(std::shared_ptr<Asked>& asked, ClientCertificate wanted, const Authorities& authorities) {
    if (!asked) {
        asked = std::make_shared<Asked>();
        asked->names.reset(sk_X509_NAME_new_null());
    }
    asked->required = asked->required || wanted == ClientCertificate::required;
    const auto at =
        std::lower_bound(asked->authorities.begin(), asked->authorities.end(), authorities.digest);
    if (at == asked->authorities.end() || *at != authorities.digest) {
        asked->authorities.insert(at, authorities.digest);
        add_names(asked->names.get(), authorities);
    }
}

}  // namespace

ClientPolicies::ClientPolicies(const Config& config) {
    using Key = std::pair<const Authorities*, const Revocations*>;
    std::map<Key, std::shared_ptr<const Trust>> trusts;
    for (const RouteConfig& route : config.routes) {
        std::shared_ptr<Asked>& asked = hosts_[route.host];
        std::shared_ptr<const Trust>& trust = routes_.emplace_back();
        if (route.client_certificate == ClientCertificate::none) {
            continue;
        }
        const Authorities* const authorities = authorities_of(route, config.tls);
        const Revocations* const revocations = revocations_of(route, config.tls);
        CHECK(authorities != nullptr && "a valid configuration says whom such a route believes");
        std::shared_ptr<const Trust>& shared = trusts[{authorities, revocations}];
        if (!shared) {
            shared = std::make_shared<const Trust>(*authorities, revocations);
        }
        trust = shared;
        ask(asked, route.client_certificate, *authorities);
    }
    hosts_.for_each([](const std::shared_ptr<Asked>& asked) {
        if (asked) {
            finish(*asked);
        }
    });
}

std::shared_ptr<const Asked> ClientPolicies::asked(std::string_view canonical_sni) const {
    const std::shared_ptr<Asked>* const found = hosts_.find(canonical_sni);
    return found != nullptr ? *found : nullptr;
}

}  // namespace portcullis::tls
