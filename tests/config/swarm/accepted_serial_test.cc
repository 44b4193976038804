#include "config/swarm/accepted_serial.h"

#include "base/file.h"
#include "config/swarm/signing_key.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

class AcceptedSerialTest : public testing::Test {
  protected:
    // As a later process finds it.
    AcceptedSerial found() const { return {file, keys}; }

    std::string name() const { return keys.signer("x", key.sign("x")); }

    const SigningKey key = SigningKey::generate();
    const VerifyKeys keys = key.verify_keys();
    test::TempDir dir;
    std::filesystem::path file = dir.path() / "serial";
};

TEST_F(AcceptedSerialTest, IsKnownToALaterProcess) {
    AcceptedSerial accepted = found();
    EXPECT_EQ(accepted.serial(), 0U);
    EXPECT_EQ(accepted.trouble(), "");
    ASSERT_TRUE(accepted.keep(name(), 18'446'744'073'709'551'615U));
    EXPECT_EQ(accepted.serial(), 18'446'744'073'709'551'615U);
    EXPECT_EQ(found().serial(), 18'446'744'073'709'551'615U);
    EXPECT_EQ(found().trouble(), "");
}

TEST_F(AcceptedSerialTest, IsBoundToTheKey) {
    ASSERT_TRUE(found().keep(name(), 7));
    EXPECT_EQ(AcceptedSerial(file, SigningKey::generate().verify_keys()).serial(), 0U);
    EXPECT_EQ(found().serial(), 7U);
}

TEST_F(AcceptedSerialTest, SaysWhatIsWrongWithItsFile) {
    const std::string good = name() + " 7\n";
    for (const std::string& text :
         {std::string{}, std::string{"\n"}, name(), name() + " ", name() + " 7", name() + " 7\n\n",
          name() + " -7\n", name() + " 18446744073709551616\n", name() + "  7\n",
          std::string(300, 'x')}) {
        ASSERT_TRUE(replace_file(file, text));
        EXPECT_EQ(found().serial(), 0U) << text;
        EXPECT_NE(found().trouble(), "") << text;
    }
    ASSERT_TRUE(replace_file(file, good));
    EXPECT_EQ(found().serial(), 7U);
}

TEST_F(AcceptedSerialTest, HoldsAlsoWhereItCannotBeKept) {
    AcceptedSerial nowhere{dir.path() / "none" / "serial", keys};
    EXPECT_FALSE(nowhere.keep(name(), 7));
    EXPECT_EQ(nowhere.serial(), 7U);
    AcceptedSerial memory{{}, keys};
    EXPECT_TRUE(memory.keep(name(), 7));
    EXPECT_EQ(memory.serial(), 7U);
}

}  // namespace
}  // namespace portcullis::swarm
