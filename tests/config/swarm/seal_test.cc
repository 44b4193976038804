#include "config/swarm/seal.h"

#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

constexpr std::string_view kKey = "0123456789abcdef0123456789abcdef";
// printf '{"a":1}' | openssl dgst -sha256 -hmac 0123456789abcdef0123456789abcdef
constexpr std::string_view kSealed =
    "portcullis-snapshot hmac-sha256 "
    "f0546246da9e2349100c845a8561214788d75d900f3c086a72fcfa03bb1f42ab"
    "\n{\"a\":1}";

TEST(Seal, IsAnHmacOfTheBytes) {
    EXPECT_EQ(seal("{\"a\":1}", kKey), kSealed);
    EXPECT_EQ(open(kSealed, kKey).value(), "{\"a\":1}");
}

TEST(Seal, IsBrokenByAnyChange) {
    for (std::size_t i = 0; i < kSealed.size(); ++i) {
        std::string changed{kSealed};
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(open(changed, kKey)) << i;
        EXPECT_FALSE(open(kSealed.substr(0, i), kKey)) << i;
    }
    EXPECT_EQ(open(kSealed, "another key of thirty-two bytes.").error().text,
              "its signature is not by this key");
    EXPECT_EQ(open("{\"a\":1}", kKey).error().text, "it is no signed snapshot");
}

TEST(ReadKey, TakesWhatIsLongEnoughAndNotForEverybody) {
    const test::TempDir dir;
    const auto key = dir.write("key", std::string{kKey} + "\n");
    std::filesystem::permissions(key, std::filesystem::perms{0640});
    EXPECT_EQ(read_key(key).value(), kKey);
    std::filesystem::permissions(key, std::filesystem::perms{0644});
    EXPECT_EQ(read_key(key).error().text, key.string() + " is open to everybody; chmod o= it");
    const auto small = dir.write("small", "0123456789abcdef0123456789abcde\n\n");
    std::filesystem::permissions(small, std::filesystem::perms{0600});
    EXPECT_EQ(read_key(small).error().text,
              small.string() + " holds less than 32 bytes; openssl rand -hex 32 makes some");
    EXPECT_FALSE(read_key(dir.path() / "none"));
}

}  // namespace
}  // namespace portcullis::swarm
