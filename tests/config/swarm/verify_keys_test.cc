#include "config/swarm/verify_keys.h"

#include "base/hex.h"
#include "config/swarm/signing_key.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

namespace portcullis::swarm {
namespace {

// RFC 8032, 7.1, tests 1 to 3.
TEST(VerifyKeys, KnowTheSignaturesOfTheRfc) {
    const struct {
        const char* key;
        const char* message;
        const char* signature;
    } cases[] = {
        {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701"
         "cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d"
         "0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f7609"
         "84dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };

    for (const auto& [key, message, signature] : cases) {
        // SubjectPublicKeyInfo of RFC 8410 before the 32 bytes.
        const std::string der =
            from_hex("302a300506032b6570032100").value() + from_hex(key).value();
        std::string base64(64, '\0');
        base64.resize(static_cast<std::size_t>(EVP_EncodeBlock(
            reinterpret_cast<unsigned char*>(base64.data()),
            reinterpret_cast<const unsigned char*>(der.data()), static_cast<int>(der.size()))));
        const auto keys = VerifyKeys::parse("-----BEGIN PUBLIC KEY-----\n" + base64 +
                                            "\n-----END PUBLIC KEY-----\n");
        ASSERT_TRUE(keys) << keys.error().text;
        EXPECT_EQ(keys->signer(from_hex(message).value(), from_hex(signature).value()), key);
        EXPECT_EQ(keys->signer("x", from_hex(signature).value()), "");
        EXPECT_TRUE(keys->has(key));
        EXPECT_FALSE(keys->has(""));
    }
}

TEST(VerifyKeys, AreOneOrTwo) {
    const SigningKey a = SigningKey::generate();
    const SigningKey b = SigningKey::generate();
    const auto both = VerifyKeys::parse(a.public_pem() + b.public_pem());
    ASSERT_TRUE(both);
    EXPECT_EQ(both->signer("x", a.sign("x")), a.verify_keys().signer("x", a.sign("x")));
    EXPECT_NE(both->signer("x", a.sign("x")), "");
    EXPECT_EQ(both->signer("x", b.sign("x")), b.verify_keys().signer("x", b.sign("x")));
    EXPECT_EQ(both->signer("x", SigningKey::generate().sign("x")), "");
    EXPECT_EQ(VerifyKeys::parse(a.public_pem() + b.public_pem() + a.public_pem()).error().text,
              "holds more than two public keys; keep the one in use and the one that replaces it");
}

TEST(VerifyKeys, SayWhatIsWrongWithTheirFile) {
    const test::TempDir dir;
    constexpr const char* kNone =
        "holds no public key in PEM; portcullis-discovery keygen makes a pair of keys";
    EXPECT_EQ(VerifyKeys::parse("").error().text, kNone);
    EXPECT_EQ(VerifyKeys::parse("0123456789abcdef0123456789abcdef\n").error().text, kNone)
        << "the secret of an earlier version";
    const SigningKey key = SigningKey::generate();
    EXPECT_EQ(VerifyKeys::parse(key.public_pem().substr(0, 60)).error().text, kNone);
    EXPECT_EQ(VerifyKeys::parse(key.private_pem() + key.public_pem()).error().text,
              "holds a private key; name the public one, NAME.pub, and keep the private one from "
              "this program");
    const auto file = dir.write("key", "x");
    EXPECT_EQ(VerifyKeys::read(file).error().text, file.string() + " " + kNone);
    EXPECT_TRUE(VerifyKeys::read(dir.path() / "none").error().text.starts_with("cannot open "));
}

TEST(VerifyKeys, AreEd25519Only) {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    BIO* memory = BIO_new(BIO_s_mem());
    ASSERT_EQ(PEM_write_bio_PUBKEY(memory, key), 1);
    char* data = nullptr;
    const long size = BIO_get_mem_data(memory, &data);
    const std::string pem{data, static_cast<std::size_t>(size)};
    BIO_free(memory);
    EVP_PKEY_free(key);
    EXPECT_EQ(VerifyKeys::parse(pem).error().text,
              "holds a public key that is not Ed25519; portcullis-discovery keygen makes a pair of "
              "keys");
}

}  // namespace
}  // namespace portcullis::swarm
