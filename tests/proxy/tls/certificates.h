// Configurations with certificates of a test's own authority.
#pragma once

#include "config/authorities.h"
#include "config/certificate.h"
#include "config/model.h"
#include "tests/support/test_ca.h"

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <utility>

namespace portcullis::test {

inline CertificateFile loaded(const Issued& issued) {
    return {"site.pem", "site.key",
            std::make_shared<const Certificate>(
                parse_certificate(issued.certificate_pem, issued.key_pem).value())};
}

// One certificate for all names that tests use: making keys takes time.
inline const CertificateFile& shop_certificate() {
    static const CertificateFile file =
        loaded(TestCa{}.issue({.names = {"shop.test", "api.test", "*.clinic.test"}}));
    return file;
}

inline std::shared_ptr<Config> shop_config() {
    auto config = std::make_shared<Config>();
    config->tls.certificates.push_back(shop_certificate());
    return config;
}

inline AuthoritiesFile loaded_authorities(const std::string& pem) {
    return {"ca.pem", std::make_shared<const Authorities>(parse_authorities(pem).value())};
}

inline RevocationsFile loaded_revocations(const std::string& pem) {
    return {"crl.pem", std::make_shared<const Revocations>(parse_revocations(pem).value())};
}

// Has a client show this certificate, with others behind it, to whoever asks.
inline std::function<void(SSL*)> shows(const Issued& issued,
                                       const std::string& intermediates = {}) {
    return [=](SSL* ssl) {
        const Certificate certificate =
            parse_certificate(issued.certificate_pem + intermediates, issued.key_pem).value();
        SSL_use_certificate(ssl, certificate.leaf.get());
        SSL_use_PrivateKey(ssl, certificate.key.get());
        for (const auto& intermediate : certificate.intermediates) {
            SSL_add1_chain_cert(ssl, intermediate.get());
        }
    };
}

}  // namespace portcullis::test
