// Configurations with certificates of a test's own authority.
#pragma once

#include "config/certificate.h"
#include "config/model.h"
#include "tests/support/test_ca.h"

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

}  // namespace portcullis::test
