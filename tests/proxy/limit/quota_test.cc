#include "proxy/limit/quota.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace portcullis::limit {
namespace {

using namespace std::chrono_literals;

class QuotaTest : public testing::Test {
  protected:
    QuotaTest() {
        route.host = HostPattern::parse("shop.test").value();
        route.rate_limit = RateLimit{.requests = 100};
    }

    [[nodiscard]] std::uint64_t key(std::string_view address) { return quota(address).key; }

    [[nodiscard]] QuotaKey quota(std::string_view address) {
        const IpAddress client = IpAddress::parse(address).value();
        return quota_key(route, head, client, client, clients, kNow);
    }

    static constexpr Clock::time_point kNow{1'000s};
    Clients clients{1'024};

    [[nodiscard]] std::uint64_t key_with(std::string_view value) {
        head.fields = {{"x-api-key", value}};
        return key("203.0.113.7");
    }

    RouteConfig route;
    http::RequestHead head;
};

TEST_F(QuotaTest, ClientsHaveOneEachOnEveryRoute) {
    const std::uint64_t one = key("203.0.113.7");
    EXPECT_EQ(key("203.0.113.7"), one);
    EXPECT_NE(key("203.0.113.8"), one);
    EXPECT_EQ(key("2001:db8::1"), key("2001:db8::2")) << "one subscriber";
    route.path = "/other";
    EXPECT_NE(key("203.0.113.7"), one);
}

TEST_F(QuotaTest, ValuesOfAHeaderHaveOneEach) {
    route.rate_limit->by = LimitedBy::header;
    route.rate_limit->header = "X-Api-Key";
    const std::uint64_t one = key_with("a");
    EXPECT_EQ(key("203.0.113.8"), one) << "whoever shows it";
    EXPECT_NE(key_with("b"), one);
    head.fields.clear();
    EXPECT_NE(key("203.0.113.7"), key("203.0.113.8")) << "clients who show none, each for itself";
}

TEST_F(QuotaTest, ARouteHasOneForEverybody) {
    route.rate_limit->by = LimitedBy::route;
    EXPECT_EQ(key("203.0.113.7"), key("203.0.113.8"));
}

TEST_F(QuotaTest, TheBurstIsAsManyAsTheRequestsUnlessItIsSaid) {
    EXPECT_EQ(rate_of({.requests = 5, .per = 60s}).burst, 5U);
    const Rate rate = rate_of({.requests = 5, .per = 60s, .burst = 7});
    EXPECT_EQ(rate.burst, 7U);
    EXPECT_EQ(rate.count, 5U);
    EXPECT_EQ(rate.per, 60s);
}

TEST_F(QuotaTest, ClientsAreToldWhatIsLeft) {
    http::FieldList fields;
    add_quota(fields, {.requests = 100, .per = 60s, .by = LimitedBy::route},
              {.allowed = true, .left = 12, .full_in = 1'001ms});
    ASSERT_EQ(fields.all().size(), 2U);
    EXPECT_EQ(fields.all()[0].name, "RateLimit");
    EXPECT_EQ(fields.all()[0].value, "\"route\";r=12;t=2");
    EXPECT_EQ(fields.all()[1].name, "RateLimit-Policy");
    EXPECT_EQ(fields.all()[1].value, "\"route\";q=100;w=60");
}

TEST_F(QuotaTest, ComingBackTakesAtLeastASecond) {
    EXPECT_EQ(retry_after({.again_in = 1ms}), 1U);
    EXPECT_EQ(retry_after({.again_in = 1'001ms}), 2U);
    EXPECT_EQ(retry_after({}), 1U);
}

// Ever new values would push the keys of others out of the table.
TEST_F(QuotaTest, AClientHasSoManyValuesAndThenItsOwnBucket) {
    route.rate_limit->by = LimitedBy::header;
    route.rate_limit->header = "X-Api-Key";
    route.rate_limit->keys_per_client = 3;
    const Rate rate = rate_of(*route.rate_limit);
    std::set<std::uint64_t> keys;
    const auto ask = [&](const std::string& value, std::string_view address) {
        head.fields = {{"x-api-key", value}};
        const QuotaKey key = quota(address);
        (void)clients.take(key.key, rate, kNow);
        keys.insert(key.key);
        return key.exceeded;
    };
    for (const char* value : {"a", "b", "c"}) {
        EXPECT_FALSE(ask(value, "203.0.113.7")) << value;
    }
    EXPECT_FALSE(ask("b", "203.0.113.7")) << "it is known";
    EXPECT_EQ(keys.size(), 3U);
    for (int i = 0; i < 100; ++i) {
        EXPECT_TRUE(ask("new" + std::to_string(i), "203.0.113.7"));
    }
    EXPECT_EQ(keys.size(), 4U) << "and one of its own";
    EXPECT_FALSE(ask("d", "203.0.113.8")) << "another client's";
    EXPECT_FALSE(ask("c", "203.0.113.9")) << "whoever shows it";
    head.fields = {{"x-api-key", "e"}};
    const IpAddress proxy = IpAddress::parse("203.0.113.7").value();
    EXPECT_FALSE(quota_key(route, head, proxy, std::nullopt, clients, kNow).exceeded)
        << "a proxy of ours stands for many";
}

}  // namespace
}  // namespace portcullis::limit
