#include "firewall/agent/lockout.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

class LockoutTest : public testing::Test {
  protected:
    LockoutTest() {
        policy.management.from = {Cidr::parse("10.9.0.0/24").value(),
                                  Cidr::parse("2001:db8::/64").value()};
    }

    [[nodiscard]] std::string from(const std::string& client, int port = 22) const {
        return why_locked_out(
            policy, bans,
            SshConnection::parse(client + " 4001 192.0.2.1 " + std::to_string(port)).value());
    }

    FirewallConfig policy;
    BanTable bans{10};
};

TEST_F(LockoutTest, AdmitsTheManagementList) {
    EXPECT_EQ(from("10.9.0.7"), "");
    EXPECT_EQ(from("2001:db8::7"), "");
}

TEST_F(LockoutTest, NamesTheAddressThatIsNotInIt) {
    EXPECT_EQ(from("10.9.1.7"),
              "you are logged in from 10.9.1.7, which is not in firewall.management.from");
    EXPECT_EQ(from("2001:db8:1::7"),
              "you are logged in from 2001:db8:1::7, which is not in firewall.management.from");
}

TEST_F(LockoutTest, NamesTheOtherPort) {
    EXPECT_EQ(from("10.9.0.7", 2222),
              "you are logged in on port 2222, and firewall.management.port is 22");
}

TEST_F(LockoutTest, NamesTheBan) {
    bans.ban({Cidr::parse("10.9.0.0/28").value(), Expiry::max()});
    EXPECT_EQ(from("10.9.0.7"), "you are logged in from 10.9.0.7, which is banned as 10.9.0.0/28");
    EXPECT_EQ(from("10.9.0.16"), "");
}

TEST_F(LockoutTest, NeverConcernsTheLoopbackInterface) {
    EXPECT_EQ(from("127.0.0.1", 2222), "");
    EXPECT_EQ(from("::1"), "");
}

}  // namespace
}  // namespace portcullis::firewall
