#include "firewall/agent/requests.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace std::chrono_literals;

TEST(Requests, AreReadBackAsTheyWereMade) {
    const ApplyRequest apply{"/etc/x.yaml", "firewall: {}\n\"\\\xc3\xa9", 60s, true};
    EXPECT_EQ(read_apply(to_json(apply)).value(), apply);
    const BanRequest ban{{Cidr::parse("192.0.2.1").value(), Cidr::parse("2001:db8::/32").value()},
                         600s,
                         "guessed passwords",
                         true};
    EXPECT_EQ(read_ban(to_json(ban)).value(), ban);
}

TEST(ReadBan, SaysWhatIsWrong) {
    const auto said = [](std::string_view json) { return read_ban(json).error().text; };
    EXPECT_EQ(said("[]"), "the body is not a JSON object");
    EXPECT_EQ(said("{"), "the body is not a JSON object");
    EXPECT_EQ(said("{}"), "'prefixes' is missing: a list of addresses and prefixes");
    EXPECT_EQ(said(R"({"prefixes":[]})"),
              "'prefixes' is missing: a list of addresses and prefixes");
    EXPECT_EQ(said(R"({"prefixes":[7]})"), "'prefixes' holds something that is no text");
    EXPECT_EQ(said(R"({"prefixes":["0.0.0.0/0"],"seconds":9})"),
              "0.0.0.0/0 is too wide for a ban; the widest is a /8");
    for (const char* seconds : {"0", "-5", "\"9\"", "31622401", "1e300"}) {
        EXPECT_EQ(said(std::string{R"({"prefixes":["192.0.2.1"],"seconds":)"} + seconds + "}"),
                  "a ban lasts 1 second to 366 days")
            << seconds;
    }
    EXPECT_TRUE(read_ban(R"({"prefixes":["192.0.2.1"],"seconds":31622400})"));
}

TEST(ReadUnban, NeedsNoTimeAndTakesWhatIsTooWideToBan) {
    EXPECT_TRUE(read_unban(R"({"prefixes":["10.0.0.0/7"]})"));
    EXPECT_FALSE(read_unban(R"({"prefixes":["10.0.0.1/8"]})"));
    EXPECT_TRUE(read_unban(R"({"prefixes":["10.0.0.0/8","192.0.2.1"]})"));
}

TEST(ReadApply, SaysWhatIsWrong) {
    const auto said = [](std::string_view json) { return read_apply(json).error().text; };
    EXPECT_EQ(said("7"), "the body is not a JSON object");
    EXPECT_EQ(said(R"({"file":"x.yaml"})"), "'file' is not an absolute path");
    for (const char* seconds : {"-1", "3601", "null"}) {
        EXPECT_EQ(said(std::string{R"({"file":"/x","trial_seconds":)"} + seconds + "}"),
                  "a trial lasts 1 to 3600 seconds")
            << seconds;
    }
    EXPECT_TRUE(read_apply(R"({"file":"/x","trial_seconds":0})"));
}

}  // namespace
}  // namespace portcullis::firewall
