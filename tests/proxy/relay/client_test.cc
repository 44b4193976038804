#include "proxy/relay/client.h"

#include "tests/proxy/stream/local_pair.h"

#include <gtest/gtest.h>

#include <functional>
#include <memory>

namespace portcullis::relay {
namespace {

struct Talk final : Cuttable {
    explicit Talk(std::function<void()> action) : on_cancel{std::move(action)} {}

    void cancel() override {
        ++cancelled;
        if (const auto action = on_cancel) {  // a copy: it may destroy this object
            action();
        }
    }

    std::function<void()> on_cancel;
    int cancelled = 0;
};

class ClientTest : public testing::Test {
  protected:
    stream::Loop loop;
    test::LocalPair pair;
    Client client{stream::Stream{stream::Socket{loop, std::move(pair.ours)}},
                  {IpAddress::parse("192.0.2.1").value(), 1}};
};

TEST_F(ClientTest, CutsWhatTalksToOriginsOnce) {
    Talk one{{}};
    Talk other{{}};
    client.origins.push_back(one);
    client.origins.push_back(other);
    client.cut_origins();
    EXPECT_EQ(one.cancelled, 1);
    EXPECT_EQ(other.cancelled, 1);
    EXPECT_EQ(client.origins.size(), 2U) << "they leave when they end";
}

TEST_F(ClientTest, OneThatIsCutMayEndItselfAndOthersAndBringNewOnes) {
    Talk late{{}};
    auto second = std::make_unique<Talk>([] { FAIL() << "it was gone"; });
    std::unique_ptr<Talk> first;
    first = std::make_unique<Talk>([&] {
        client.origins.push_back(late);
        second.reset();
        first.reset();
    });
    client.origins.push_back(*first);
    client.origins.push_back(*second);
    client.cut_origins();
    EXPECT_EQ(first, nullptr);
    EXPECT_EQ(second, nullptr);
}

TEST_F(ClientTest, IsWhomAProxySays) {
    const proxy_protocol::Ends said{SocketAddress::parse("203.0.113.9:40000").value(),
                                    SocketAddress::parse("192.0.2.7:443").value()};
    client.become(said);
    EXPECT_EQ(client.ends(), said);
    EXPECT_EQ(client.address_text, "203.0.113.9");
}

}  // namespace
}  // namespace portcullis::relay
