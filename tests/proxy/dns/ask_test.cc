#include "proxy/dns/ask.h"

#include "tests/proxy/stream/local_pair.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::dns {
namespace {

using namespace std::chrono_literals;
using test::FakeResolver;

const IpAddress kAddress = IpAddress::parse("10.10.0.7").value();
const IpAddress kOwn = IpAddress::parse("10.10.0.2").value();

Task<> ask(stream::Loop& loop, SocketAddress resolver, std::optional<Heard>& heard) {
    heard = co_await ask_name(loop, resolver, kAddress, kOwn);
}

class AskTest : public testing::Test {
  protected:
    AskTest() { resolver.name("10.10.0.7", "shop.1.7k2p.edge"); }

    SocketAddress where() const { return SocketAddress::parse(resolver.address()).value(); }

    Heard ask_for_long() {
        std::optional<Heard> heard;
        const Task<> asking = ask(loop, where(), heard);
        EXPECT_TRUE(test::eventually([&] {
            test::settle(loop);
            return heard.has_value();
        }));
        return *heard;
    }

    void pass(Duration time) {
        loop.wheel().advance(loop.wheel().elapsed() + time + stream::Wheel::kTick);
    }

    FakeResolver resolver;
    stream::Loop loop;
};

TEST_F(AskTest, HearsTheName) {
    EXPECT_EQ(ask_for_long().name, "shop.1.7k2p.edge");
    resolver.name("10.10.0.7", "");
    EXPECT_EQ(ask_for_long().name, "");
    EXPECT_EQ(resolver.questions(), 4) << "for the address, and for ours";
}

TEST_F(AskTest, CountsWhatIsNoResponseAndWaitsOn) {
    resolver.lie_first();
    const Heard heard = ask_for_long();
    EXPECT_EQ(heard.name, "shop.1.7k2p.edge");
    EXPECT_GE(heard.ignored, 3U);
}

TEST_F(AskTest, AsksOnceMoreAndThenCallsTheResolverSilent) {
    resolver.be(FakeResolver::Mood::dead);
    std::optional<Heard> heard;
    const Task<> asking = ask(loop, where(), heard);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 2; }));
    pass(kPatience);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 4; }));
    test::settle(loop);
    EXPECT_FALSE(heard);
    pass(kPatience);
    ASSERT_TRUE(heard);
    EXPECT_FALSE(heard->name);
}

TEST_F(AskTest, HearsTheResponseToTheSecondQuestion) {
    resolver.be(FakeResolver::Mood::dead);
    std::optional<Heard> heard;
    const Task<> asking = ask(loop, where(), heard);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 2; }));
    resolver.be(FakeResolver::Mood::speaks);
    pass(kPatience);
    EXPECT_TRUE(test::eventually([&] {
        test::settle(loop);
        return heard.has_value();
    }));
    EXPECT_EQ(heard->name, "shop.1.7k2p.edge");
}

// As after Docker was stopped. The kernel says so at once, and nobody has to wait.
TEST_F(AskTest, WhereNobodyListensIsSilenceWithoutWaiting) {
    const SocketAddress nobody{IpAddress::parse("127.0.0.1").value(), test::RefusingPort{}.port()};
    std::optional<Heard> heard;
    const Task<> asking = ask(loop, nobody, heard);
    EXPECT_TRUE(test::eventually([&] {
        test::settle(loop);
        return heard.has_value();
    }));
    EXPECT_FALSE(heard->name);
}

// What Docker's resolver does not know it forwards, and nobody may answer that.
TEST_F(AskTest, NobodyHasAnAddressThatAResolverIsSilentAboutThatKnowsOurs) {
    resolver.be(FakeResolver::Mood::forwards);
    resolver.name("10.10.0.7", "");
    resolver.name("10.10.0.2", "holder.1.h0ld.edge");
    std::optional<Heard> heard;
    const Task<> asking = ask(loop, where(), heard);
    EXPECT_TRUE(test::eventually([&] {
        test::settle(loop);
        return resolver.responses() == 1;
    }));
    test::settle(loop);
    EXPECT_FALSE(heard) << "the response to the other question may be late";
    pass(kPatience);
    ASSERT_TRUE(heard);
    EXPECT_EQ(heard->name, "");
    EXPECT_EQ(resolver.questions(), 2) << "there is no use in asking again";
}

TEST_F(AskTest, AResolverThatKnowsNeitherIsSilent) {
    resolver.be(FakeResolver::Mood::forwards);
    resolver.name("10.10.0.7", "");
    std::optional<Heard> heard;
    const Task<> asking = ask(loop, where(), heard);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 2; }));
    pass(kPatience);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 4; }));
    pass(kPatience);
    ASSERT_TRUE(heard);
    EXPECT_FALSE(heard->name);
}

TEST_F(AskTest, MayBeCalledOffWhileItWaits) {
    resolver.be(FakeResolver::Mood::dead);
    {
        std::optional<Heard> heard;
        const Task<> asking = ask(loop, where(), heard);
        test::settle(loop);
    }
    pass(2 * kPatience);
    test::settle(loop);
}

}  // namespace
}  // namespace portcullis::dns
