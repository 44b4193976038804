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

ClientKeys keys_of(const IpAddress& client) {
    constexpr std::uint64_t kMix = 0x9e3779b97f4a7c15U;
    constexpr std::array<int, 2> kWider{56, 48};
    constexpr std::array<std::size_t, 2> kFactors{kShareOf56, kShareOf48};
    ClientKeys keys;
    keys.add({AddressHash{}(client_of(client)), 1});
    for (std::size_t i = 0; !client.is_v4() && i < kWider.size(); ++i) {
        const auto length = static_cast<std::uint64_t>(kWider[i]);
        keys.add({AddressHash{}(truncate(client, 32, kWider[i])) + length * kMix, kFactors[i]});
    }
    return keys;
}

std::uint64_t key_of(Counted what, const IpAddress& client) {
    return key_of(what, *keys_of(client).begin());
}

std::uint64_t key_of(Counted what, const ClientKey& key) {
    std::uint64_t salt = 0;
    std::memcpy(&salt, secret().data() + sizeof salt * static_cast<std::size_t>(what), sizeof salt);
    return key.key ^ salt;
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
