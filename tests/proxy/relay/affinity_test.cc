#include "proxy/relay/affinity.h"

#include "proxy/origin/sticky.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

// Two endpoints of the service, which answer with their names.
class AffinityTest : public testing::Test {
  protected:
    Relay::Change with(std::function<void(ServiceConfig&)> change) {
        return [this, change = std::move(change)](Config& config) {
            config.services[0].endpoints.push_back({address(other)});
            config.services[0].balance = Balance::round_robin;
            change(config.services[0]);
        };
    }

    static SocketAddress address(const RawOrigin& origin) {
        return SocketAddress::parse(origin.address()).value();
    }

    // Head and body of the answer to a request with these headers.
    static std::string ask(const Relay& relay, std::string_view headers = "") {
        RawClient client = relay.connect();
        client.send(test::get("/", headers));
        const std::string head = test::head_of(client);
        return head + client.read_until("\n");
    }

    RawOrigin one{test::always(answer("one\n"))};
    RawOrigin other{test::always(answer("two\n"))};
};

TEST_F(AffinityTest, ACookieLeadsBackToItsEndpointAndIsSetOnceOnly) {
    const Relay relay{one.port(), with([](auto& service) { service.sticky.emplace(); })};
    const std::string first = ask(relay);
    const std::uint64_t tag = origin::tag_of("shop", address(one));
    std::string cookie;
    ServiceConfig shop;
    shop.name = "shop";
    shop.sticky.emplace();
    origin::append_cookie(cookie, shop, tag);
    EXPECT_NE(first.find("Set-Cookie: " + cookie + "\r\n"), std::string::npos) << first;
    EXPECT_TRUE(first.ends_with("one\n"));
    for (int i = 0; i < 4; ++i) {
        const std::string again =
            ask(relay, "Cookie: a=b; " + cookie.substr(0, cookie.find(';')) + "\r\n");
        EXPECT_TRUE(again.ends_with("one\n")) << i;
        EXPECT_EQ(again.find("Set-Cookie"), std::string::npos);
    }
    std::string received;
    for (const std::string& connection : one.received()) {
        received += connection;
    }
    EXPECT_NE(received.find("Cookie: a=b\r\n"), std::string::npos) << received;
    EXPECT_EQ(received.find("sticky"), std::string::npos) << "it is between the client and us";
}

TEST_F(AffinityTest, AMadeUpCookieIsReplaced) {
    const Relay relay{one.port(), with([](auto& service) {
                          service.sticky = StickyConfig{"mine", SameSite::strict};
                      })};
    for (const char* value : {"0123456789abcdef", "10.0.0.1", ""}) {
        const std::string said = ask(relay, "Cookie: mine=" + std::string{value} + "\r\n");
        EXPECT_NE(said.find("Set-Cookie: mine="), std::string::npos) << value;
    }
}

TEST_F(AffinityTest, AKeyOfAHeaderOrACookieHasOneEndpoint) {
    for (const bool in_cookie : {false, true}) {
        const Relay relay{one.port(), with([&](auto& service) {
                              service.balance = Balance::hash;
                              service.hash = {in_cookie ? HashBy::cookie : HashBy::header, "user"};
                          })};
        int ones = 0;
        for (int user = 0; user < 16; ++user) {
            const std::string headers =
                (in_cookie ? "Cookie: user=" : "User: ") + std::to_string(user) + "\r\n";
            const std::string first = ask(relay, headers);
            ones += first.ends_with("one\n") ? 1 : 0;
            EXPECT_EQ(ask(relay, headers).ends_with("one\n"), first.ends_with("one\n")) << user;
        }
        EXPECT_GT(ones, 0);
        EXPECT_LT(ones, 16);
    }
}

TEST_F(AffinityTest, AClientHasOneEndpoint) {
    const Relay relay{one.port(), with([](auto& service) { service.balance = Balance::hash; })};
    const bool first = ask(relay).ends_with("one\n");
    for (int i = 0; i < 8; ++i) {
        EXPECT_EQ(ask(relay).ends_with("one\n"), first);
    }
}

TEST(AddressKey, DiffersByAddress) {
    EXPECT_EQ(address_key(IpAddress::v4(1)), address_key(IpAddress::v4(1)));
    EXPECT_NE(address_key(IpAddress::v4(1)), address_key(IpAddress::v4(2)));
}

}  // namespace
}  // namespace portcullis::relay
