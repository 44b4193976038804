#include "proxy/tls/tickets.h"

#include "base/check.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <algorithm>

namespace portcullis::tls {
namespace {

// Fetched once: in OpenSSL 3 the implicit fetch of EVP_aes_256_cbc() costs locks at each use.
const EVP_CIPHER* aes() {
    static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr);
    return cipher;
}

bool set_mac(const TicketKey& key, EVP_MAC_CTX* mac) {
    std::array<unsigned char, 32> secret = key.mac;
    char digest[] = "SHA256";
    const std::array parameters{
        OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, secret.data(), secret.size()),
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_end()};
    const bool set = EVP_MAC_CTX_set_params(mac, parameters.data()) == 1;
    OPENSSL_cleanse(secret.data(), secret.size());
    return set;
}

}  // namespace

TicketKey TicketKey::random() {
    TicketKey key;
    const bool filled =
        RAND_bytes(key.name.data(), static_cast<int>(key.name.size())) == 1 &&
        RAND_priv_bytes(key.cipher.data(), static_cast<int>(key.cipher.size())) == 1 &&
        RAND_priv_bytes(key.mac.data(), static_cast<int>(key.mac.size())) == 1;
    CHECK(filled && "the system has no random numbers");
    return key;
}

TicketKey::~TicketKey() {
    OPENSSL_cleanse(cipher.data(), cipher.size());
    OPENSSL_cleanse(mac.data(), mac.size());
}

std::shared_ptr<const TicketKeys> TicketKeys::fresh() {
    return std::make_shared<const TicketKeys>(TicketKeys{TicketKey::random(), TicketKey::random()});
}

std::shared_ptr<const TicketKeys> TicketKeys::rotated() const {
    return std::make_shared<const TicketKeys>(TicketKeys{TicketKey::random(), current});
}

int ticket_key(const TicketKeys& keys, unsigned char* name, unsigned char* iv,
               EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int sealing) noexcept {
    if (sealing == 1) {
        std::copy(keys.current.name.begin(), keys.current.name.end(), name);
        const bool ready =
            RAND_bytes(iv, EVP_CIPHER_get_iv_length(aes())) == 1 &&
            EVP_EncryptInit_ex(cipher, aes(), nullptr, keys.current.cipher.data(), iv) == 1 &&
            set_mac(keys.current, mac);
        return ready ? 1 : -1;
    }
    const auto named = [&](const TicketKey& key) {
        return std::equal(key.name.begin(), key.name.end(), name);
    };
    const TicketKey* const key = named(keys.current)    ? &keys.current
                                 : named(keys.previous) ? &keys.previous
                                                        : nullptr;
    if (key == nullptr) {
        return 0;
    }
    const bool ready = set_mac(*key, mac) &&
                       EVP_DecryptInit_ex(cipher, aes(), nullptr, key->cipher.data(), iv) == 1;
    return !ready ? -1 : key == &keys.current ? 1 : 2;
}

}  // namespace portcullis::tls
