#include "config/swarm/seal.h"

#include "config/swarm/signing_key.h"

#include <gtest/gtest.h>

#include <cctype>

namespace portcullis::swarm {
namespace {

// By another program: openssl genpkey -algorithm ed25519 -out k; openssl pkey -in k -pubout;
// printf '{"a":1}' >d; openssl pkeyutl -sign -inkey k -rawin -in d | od -An -tx1
constexpr std::string_view kPublic = R"(-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAlUyAjw8KRiT5PMdYmZnUEKU9+8JFy3t3rtRgjrlNS00=
-----END PUBLIC KEY-----
)";
constexpr std::string_view kSealed =
    "portcullis-snapshot ed25519 "
    "7102c8d2138881855f1a28ca667040d073416518eb753ba455247cee2106698d"
    "277b85532fdcfa6d831e98fb0f4a7d12f2b9769692b81c2ad8093bc109283704"
    "\n{\"a\":1}";

TEST(Seal, IsAnEd25519SignatureOfTheBytes) {
    const auto keys = VerifyKeys::parse(kPublic).value();
    const auto opened = open(kSealed, keys);
    ASSERT_TRUE(opened) << opened.error().text;
    EXPECT_EQ(opened->document, "{\"a\":1}");
    EXPECT_TRUE(keys.has(opened->key));
}

TEST(Seal, IsBrokenByAnyChange) {
    const auto keys = VerifyKeys::parse(kPublic).value();
    for (std::size_t i = 0; i < kSealed.size(); ++i) {
        std::string changed{kSealed};
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open(changed, keys)) << i;
        EXPECT_FALSE(open(kSealed.substr(0, i), keys)) << i;
    }
    EXPECT_FALSE(open(std::string{kSealed} + "\n", keys));
    EXPECT_EQ(open(kSealed, SigningKey::generate().verify_keys()).error().text,
              "its signature is not by this key");
    EXPECT_EQ(open("{\"a\":1}", keys).error().text, "it is no signed snapshot");
}

// The signature in upper case would be another file that says the same.
TEST(Seal, HasOneForm) {
    const auto keys = VerifyKeys::parse(kPublic).value();
    std::string upper{kSealed};
    for (std::size_t i = kSealBegins.size(); i < kSealBytes; ++i) {
        upper[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(upper[i])));
    }
    EXPECT_FALSE(open(upper, keys));
}

TEST(Seal, OfAnEarlierVersionIsToldApart) {
    EXPECT_NE(open("portcullis-snapshot hmac-sha256 00\n{}", SigningKey::generate().verify_keys())
                  .error()
                  .text.find("upgrade portcullis-discovery too"),
              std::string::npos);
}

}  // namespace
}  // namespace portcullis::swarm
