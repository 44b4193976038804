#include "proxy/access/password_cache.h"

#include "base/check.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <string>

namespace portcullis::access {

PasswordCache::PasswordCache() {
    CHECK(RAND_bytes(secret_.data(), static_cast<int>(secret_.size())) == 1 &&
          "there is randomness");
}

PasswordCache::Key PasswordCache::key_of(std::string_view user, std::string_view password,
                                         std::string_view hash) const {
    // None of the three has a NUL in it, so that no two of them run together.
    std::string text;
    text.reserve(user.size() + password.size() + hash.size() + 2);
    text.append(user).push_back('\0');
    text.append(hash).push_back('\0');
    text.append(password);
    Key key{};
    unsigned length = 0;
    const unsigned char* made =
        HMAC(EVP_sha256(), secret_.data(), static_cast<int>(secret_.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(), key.data(), &length);
    OPENSSL_cleanse(text.data(), text.size());
    CHECK(made != nullptr && length == key.size() && "HMAC of SHA-256 has 32 bytes");
    return key;
}

bool PasswordCache::knows(const Key& key, Clock::time_point now) const {
    const auto found = until_.find(key);
    return found != until_.end() && now < found->second;
}

void PasswordCache::add(const Key& key, Clock::time_point now) {
    if (const auto found = until_.find(key); found != until_.end()) {
        if (now < found->second) {
            return;
        }
    }
    while (!order_.empty() && (order_.size() >= kEntriesMax || until_.at(order_.front()) <= now)) {
        until_.erase(order_.front());
        order_.pop_front();
    }
    if (until_.try_emplace(key, now + kLifetime).second) {
        order_.push_back(key);
    }
}

}  // namespace portcullis::access
