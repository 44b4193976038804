// A snapshot on its way: one line with an Ed25519 signature of the document, then the document's
// bytes. signing_key.h writes it.
//   portcullis-snapshot ed25519 0123...ef\n{"nodes":...}
#pragma once

#include "base/result.h"
#include "config/swarm/verify_keys.h"

#include <string>
#include <string_view>

namespace portcullis::swarm {

constexpr std::string_view kSealBegins = "portcullis-snapshot ed25519 ";
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kSealBytes =
    kSealBegins.size() + 2 * kSignatureBytes + 1;  // with its line's end

struct Opened {
    std::string_view document;  // within what was opened
    std::string key;            // the name of the key that signed it
};

// Fails unless one of the keys signed the document.
Result<Opened> open(std::string_view sealed, const VerifyKeys& keys);

}  // namespace portcullis::swarm
