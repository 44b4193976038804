#include "config/swarm/signing_key.h"

#include "config/swarm/seal.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

std::filesystem::path write_for_owner(const test::TempDir& dir, const std::string& pem) {
    const auto file = dir.write("key", pem);
    std::filesystem::permissions(file, std::filesystem::perms{0600});
    return file;
}

TEST(SigningKey, SignsWhatItsPublicPartVerifies) {
    const test::TempDir dir;
    const SigningKey made = SigningKey::generate();
    const auto read = SigningKey::read(write_for_owner(dir, made.private_pem()));
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->verify_keys(), made.verify_keys());
    EXPECT_EQ(open(seal("document", *read), made.verify_keys()).value().document, "document");
    EXPECT_NE(made.private_pem(), SigningKey::generate().private_pem());
}

// What a verifier has is of no use to whoever wants to sign.
TEST(SigningKey, IsNotMadeOfThePublicPart) {
    const test::TempDir dir;
    const SigningKey key = SigningKey::generate();
    const auto file = write_for_owner(dir, key.public_pem());
    EXPECT_EQ(
        SigningKey::read(file).error().text,
        file.string() + " holds no private key in PEM; portcullis-discovery keygen makes a pair");
    EXPECT_EQ(key.public_pem().find("PRIVATE"), std::string::npos);
}

TEST(SigningKey, IsForItsOwnerOnly) {
    const test::TempDir dir;
    const auto file = dir.write("key", SigningKey::generate().private_pem());
    for (const int mode : {0640, 0604, 0660, 0610}) {
        std::filesystem::permissions(file, std::filesystem::perms{static_cast<unsigned>(mode)});
        EXPECT_EQ(SigningKey::read(file).error().text,
                  file.string() +
                      " is open to others than its owner, who could sign with it; chmod 0600 it")
            << mode;
    }
    std::filesystem::permissions(file, std::filesystem::perms{0400});
    EXPECT_TRUE(SigningKey::read(file));
    EXPECT_FALSE(SigningKey::read(dir.path() / "none"));
}

}  // namespace
}  // namespace portcullis::swarm
