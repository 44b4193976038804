// A certificate authority for tests: issues certificates with the names and dates a test asks for.
#pragma once

#include "base/handle.h"
#include "tests/support/temp_dir.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

enum class KeyKind { ecdsa_p256, ecdsa_secp256k1, rsa_2048 };

struct Wanted {
    std::vector<std::string> names{};  // SAN: DNS names, wildcards, or IP addresses as text
    KeyKind key = KeyKind::ecdsa_p256;
    std::chrono::seconds from = std::chrono::hours{-1};  // both relative to now
    std::chrono::seconds until = std::chrono::hours{24};
    std::string common_name = "leaf";
    std::string purpose = "serverAuth,clientAuth";
};

struct Issued {
    std::string certificate_pem;
    std::string key_pem;
};

struct IssuedFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

class TestCa {
  public:
    explicit TestCa(KeyKind key = KeyKind::ecdsa_p256,
                    const std::string& name = "Portcullis test authority");
    // An intermediate authority, issued by that one.
    TestCa(const TestCa& issuer, const std::string& name);

    [[nodiscard]] const std::string& certificate_pem() const { return certificate_pem_; }

    [[nodiscard]] Issued issue(const Wanted& wanted) const;

    // A revocation list of these certificates, given by their PEM text. until: its next update,
    // relative to now.
    [[nodiscard]] std::string revoke(const std::vector<std::string>& certificates,
                                     std::chrono::seconds until = std::chrono::hours{24}) const;

    // The same as files: NAME.pem and NAME.key in dir; the authority's certificate as ca.pem.
    IssuedFiles issue_into(const TempDir& dir, std::string_view name, const Wanted& wanted) const;
    std::filesystem::path write_into(const TempDir& dir) const;

  private:
    void become_authority(const X509& issuer, EVP_PKEY& issuer_key);

    Handle<EVP_PKEY, EVP_PKEY_free> key_;
    Handle<X509, X509_free> certificate_;
    std::string certificate_pem_;
};

}  // namespace portcullis::test
