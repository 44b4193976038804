// The public keys that snapshots are verified with: Ed25519 (RFC 8032), from a PEM file. What faces
// the internet has these only, and cannot sign.
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::swarm {

class VerifyKeys {
  public:
    // Two while one key replaces another: the file holds both, one PEM block after the other.
    static constexpr std::size_t kMax = 2;

    static Result<VerifyKeys> read(const std::filesystem::path& file);
    // Of a file's content; an error says what is wrong with it, without the file's name. A private
    // key is refused: it is not to be where it is not needed.
    static Result<VerifyKeys> parse(std::string_view pem);

    // The key whose signature of document this is, by its name; empty when it is none of them.
    [[nodiscard]] std::string signer(std::string_view document, std::string_view signature) const;

    // A key's name is its 32 bytes in hexadecimal.
    [[nodiscard]] bool has(std::string_view name) const;

    bool operator==(const VerifyKeys&) const = default;

  private:
    std::vector<std::string> keys_;  // 32 bytes each
};

}  // namespace portcullis::swarm
