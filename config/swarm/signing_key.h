// The private key that snapshots are signed with: Ed25519 (RFC 8032), as a PEM file of PKCS #8.
// Only portcullis-discovery has it; proxy and firewall link none of this.
#pragma once

#include "base/result.h"
#include "config/swarm/verify_keys.h"

#include <openssl/evp.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace portcullis::swarm {

class SigningKey {
  public:
    static SigningKey generate();

    // Fails if it is not an Ed25519 key, or if others than its owner may open the file: whoever
    // reads it can tell the proxy where requests go.
    static Result<SigningKey> read(const std::filesystem::path& file);

    [[nodiscard]] std::string private_pem() const;
    [[nodiscard]] std::string public_pem() const;

    // What verifies its signatures.
    [[nodiscard]] VerifyKeys verify_keys() const;

    // The signature of document; 64 bytes.
    [[nodiscard]] std::string sign(std::string_view document) const;

  private:
    explicit SigningKey(EVP_PKEY* key) : key_{key, EVP_PKEY_free} {}

    std::shared_ptr<EVP_PKEY> key_;  // never null
};

// The document with its signature, as open() reads it.
std::string seal(std::string_view document, const SigningKey& key);

}  // namespace portcullis::swarm
