#include "proxy/limit/keys.h"

#include "base/check.h"
#include "proxy/limit/client_count.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <array>
#include <cstring>
#include <string>

namespace portcullis::limit {
namespace {

using Secret = std::array<unsigned char, 32>;

const Secret& secret() {
    static const Secret made = [] {
        Secret random{};
        CHECK(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1 &&
              "there is randomness");
        return random;
    }();
    return made;
}

}  // namespace

IpAddress client_of(const IpAddress& address) {
    return truncate(address, 32, 64);
}

std::uint64_t key_of(Counted what, const IpAddress& client) {
    std::uint64_t salt = 0;
    std::memcpy(&salt, secret().data() + sizeof salt * static_cast<std::size_t>(what), sizeof salt);
    return AddressHash{}(client_of(client)) ^ salt;
}

std::uint64_t key_of(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        text.append(std::to_string(part.size())).append(":").append(part);
    }
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const unsigned char* const made = HMAC(
        EVP_sha256(), secret().data(), static_cast<int>(secret().size()),
        reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &length);
    CHECK(made != nullptr && "HMAC of SHA-256 cannot fail");
    std::uint64_t key = 0;
    std::memcpy(&key, digest.data(), sizeof key);
    return key;
}

}  // namespace portcullis::limit
