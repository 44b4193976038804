#include "config/advice.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

const std::vector<std::string_view> kRoute = {"host", "path", "service"};
const std::vector<std::string_view> kService = {"endpoints", "balance", "idle_timeout"};

TEST(MeantKey, KnowsOtherProxiesWordsWhereOursExist) {
    EXPECT_EQ(meant_key("server_name", kRoute), "host");
    EXPECT_EQ(meant_key("proxy_pass", kRoute), "service");
    EXPECT_EQ(meant_key("location", kRoute), "path");
    EXPECT_EQ(meant_key("servers", kService), "endpoints");
    EXPECT_EQ(meant_key("server_name", kService), "") << "a service has no host";
}

TEST(MeantKey, IsElseTheNearestInSpelling) {
    EXPECT_EQ(meant_key("hots", kRoute), "host");
    EXPECT_EQ(meant_key("endpoint", kService), "endpoints");
    EXPECT_EQ(meant_key("colour", kRoute), "");
}

TEST(AdviceOnKey, SaysWhatWouldBeRight) {
    EXPECT_EQ(advice_on_key("hots", kRoute), "did you mean 'host'?");
    EXPECT_EQ(advice_on_key("colour", kRoute), "write host, path or service");
    EXPECT_EQ(advice_on_key("port", kRoute), "the port is always 443, and no option opens another");
    EXPECT_EQ(advice_on_key("colour", {"socket"}), "write socket");
    EXPECT_TRUE(advice_on_key("key_file", {"signing_key", "verify_key"})
                    .starts_with("snapshots are signed by a pair of keys now"));
    EXPECT_EQ(advice_on_key("key_file", {"key", "certificate"}), "did you mean 'key'?");
}

}  // namespace
}  // namespace portcullis
