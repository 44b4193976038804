#include "config/swarm/seal.h"

#include "base/hex.h"

namespace portcullis::swarm {

Result<Opened> open(std::string_view sealed, const VerifyKeys& keys) {
    constexpr std::string_view kOlder = "portcullis-snapshot hmac-sha256 ";
    if (sealed.starts_with(kOlder)) {
        return failure(
            "an older portcullis-discovery wrote it, with a secret that everybody had; upgrade "
            "portcullis-discovery too");
    }
    if (!sealed.starts_with(kSealBegins) || sealed.size() < kSealBytes ||
        sealed[kSealBytes - 1] != '\n') {
        return failure("it is no signed snapshot");
    }
    const auto signature = from_hex(sealed.substr(kSealBegins.size(), 2 * kSignatureBytes));
    if (!signature) {
        return failure("it is no signed snapshot");
    }
    const std::string_view document = sealed.substr(kSealBytes);
    std::string key = keys.signer(document, *signature);
    if (key.empty()) {
        return failure("its signature is not by this key");
    }
    return Opened{document, std::move(key)};
}

}  // namespace portcullis::swarm
