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

enum class KeyKind { ecdsa_p256, rsa_2048 };

struct Wanted {
    std::vector<std::string> names{};  // SAN: DNS names, wildcards, or IP addresses as text
    KeyKind key = KeyKind::ecdsa_p256;
    std::chrono::seconds from = std::chrono::hours{-1};  // both relative to now
    std::chrono::seconds until = std::chrono::hours{24};
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
    explicit TestCa(KeyKind key = KeyKind::ecdsa_p256);

    [[nodiscard]] const std::string& certificate_pem() const { return certificate_pem_; }

    [[nodiscard]] Issued issue(const Wanted& wanted) const;

    // The same as files: NAME.pem and NAME.key in dir; the authority's certificate as ca.pem.
    IssuedFiles issue_into(const TempDir& dir, std::string_view name, const Wanted& wanted) const;
    std::filesystem::path write_into(const TempDir& dir) const;

  private:
    Handle<EVP_PKEY, EVP_PKEY_free> key_;
    Handle<X509, X509_free> certificate_;
    std::string certificate_pem_;
};

}  // namespace portcullis::test
