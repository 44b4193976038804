// Whatever stage a connection dies at, its descriptors, its place and its memory are free again.
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

// One connection for each stage: before the handshake, in it, after it, in a head, in a body, in an
// answer.
void die_at_every_stage(const ProxyUnderTest& proxy, bool by_reset) {
    std::vector<RawClient> clients;
    clients.push_back(RawClient::plain(443));
    clients.push_back(RawClient::plain(443));
    clients.back().send("\x16\x03\x01");
    for (const std::string_view sent :
         {std::string_view{""}, kGet.substr(0, 10), kGet,
          std::string_view{
              "POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 100000\r\n\r\nhalf"}}) {
        clients.push_back(proxy.connect());
        clients.back().send(sent);
    }
    if (by_reset) {
        for (RawClient& client : clients) {
            client.reset();
        }
    }
}

TEST(LeavesNothingBehind, AfterClientsThatDieAtAnyStage) {
    const RawOrigin origin{always(answer(std::string(3'000'000, 'x')))};
    ProxyUnderTest proxy{shop_at({origin.port()}, {"idle_connections_max: 0"})};
    const pid_t pid = proxy.process().pid();
    const std::size_t descriptors = open_descriptors(pid);
    for (int i = 0; i < 20; ++i) {
        die_at_every_stage(proxy, i % 2 == 0);
    }
    EXPECT_TRUE(eventually([&] { return proxy.count("connections_open") == 0; })) << proxy.status();
    EXPECT_TRUE(eventually([&] { return open_descriptors(pid) <= descriptors; }))
        << open_descriptors(pid) << " descriptors, " << descriptors << " before";
    EXPECT_EQ(proxy.get("https://shop.test/").body.size(), 3'000'000U);
}

TEST(LeavesNothingBehind, AndUsesNoProcessorWhileNothingHappens) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    die_at_every_stage(proxy, false);
    RawClient idle = proxy.connect();
    EXPECT_TRUE(eventually([&] { return proxy.count("connections_open") == 1; }));
    const auto before = cpu_time(proxy.process().pid());
    eventually([] { return false; }, 1s);
    EXPECT_LT(cpu_time(proxy.process().pid()) - before, 100ms);
}

}  // namespace
}  // namespace portcullis::test
