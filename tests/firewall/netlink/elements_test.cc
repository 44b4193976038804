#include "firewall/netlink/elements.h"

#include "tests/firewall/netlink/sample.h"
#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

#include <random>

namespace portcullis::firewall {
namespace {

using namespace std::chrono_literals;
using test::address;

const std::chrono::system_clock::time_point kNow{std::chrono::sys_seconds{1'800'000'000s}};

Element from_to(std::string_view first, std::string_view last,
                std::optional<std::chrono::seconds> lasts = std::nullopt) {
    std::optional<Expiry> expires;
    if (lasts) {
        expires = std::chrono::time_point_cast<std::chrono::seconds>(kNow) + *lasts;
    }
    return {address(first), address(last), expires};
}

Mark begin(std::string_view key) {
    return {address(key), false, false, std::nullopt};
}

Mark end(std::string_view key) {
    return {address(key), true, false, std::nullopt};
}

TEST(MarksOf, SayWhereAnIntervalBeginsAndWhatIsBehindIt) {
    const std::vector<Element> elements{from_to("10.0.0.0", "10.255.255.255")};
    EXPECT_EQ(marks_of(elements, true, kNow),
              (std::vector<Mark>{end("0.0.0.0"), begin("10.0.0.0"), end("11.0.0.0")}));
}

TEST(MarksOf, LeaveTheEdgesOfAllAddressesOut) {
    const std::vector<Element> elements{from_to("0.0.0.0", "0.255.255.255"),
                                        from_to("224.0.0.0", "255.255.255.255")};
    const Mark open{address("224.0.0.0"), false, true, std::nullopt};
    EXPECT_EQ(marks_of(elements, true, kNow),
              (std::vector<Mark>{begin("0.0.0.0"), end("1.0.0.0"), open}));
}

TEST(MarksOf, AreTheElementsThemselvesWithoutIntervals) {
    const std::vector<Element> elements{from_to("10.0.0.1", "10.0.0.1")};
    EXPECT_EQ(marks_of(elements, false, kNow), std::vector<Mark>{begin("10.0.0.1")});
}

TEST(MarksOf, SayWhatRemainsAndLeaveOutWhatIsOver) {
    const std::vector<Element> elements{from_to("10.0.0.1", "10.0.0.1", -1s),
                                        from_to("10.0.0.2", "10.0.0.2", 0s),
                                        from_to("10.0.0.3", "10.0.0.3", 90s)};
    const Mark left{address("10.0.0.3"), false, false, 90'000ms};
    EXPECT_EQ(marks_of(elements, false, kNow), std::vector<Mark>{left});
}

TEST(ElementsOf, InvertMarksInAnyOrder) {
    const std::vector<Element> elements{
        from_to("0.0.0.0", "0.0.0.0"), from_to("10.0.0.0", "10.0.0.255", 60s),
        from_to("10.0.1.0", "10.0.1.255", 90s), from_to("255.0.0.0", "255.255.255.255")};
    std::vector<Mark> marks = marks_of(elements, true, kNow);
    std::mt19937 random{1};
    for (int i = 0; i < 20; ++i) {
        std::shuffle(marks.begin(), marks.end(), random);
        EXPECT_EQ(elements_of(marks, true, kNow), elements);
    }
}

TEST(ElementsOf, PassOverTheEndOfWhatHasExpired) {
    EXPECT_EQ(elements_of({end("0.0.0.0"), end("10.0.1.0"), begin("10.0.2.0"), end("10.0.3.0")},
                          true, kNow),
              std::vector<Element>{from_to("10.0.2.0", "10.0.2.255")});
}

TEST(ElementsOf, RoundExpiriesToTheNearestSecond) {
    const Mark mark{address("10.0.0.1"), false, false, 59'600ms};
    EXPECT_EQ(elements_of({mark}, false, kNow),
              std::vector<Element>{from_to("10.0.0.1", "10.0.0.1", 60s)});
}

TEST(Merged, MakesOneOfWhatOverlapsAndTheLaterExpiryStays) {
    EXPECT_EQ(merged({from_to("10.0.0.128", "10.0.1.255", 90s),
                      from_to("10.0.0.0", "10.0.0.255", 60s), from_to("10.0.1.0", "10.0.1.7")},
                     true),
              std::vector<Element>{from_to("10.0.0.0", "10.0.1.255")});
    EXPECT_EQ(
        merged({from_to("10.0.0.1", "10.0.0.1", 5s), from_to("10.0.0.1", "10.0.0.1", 9s)}, false),
        std::vector<Element>{from_to("10.0.0.1", "10.0.0.1", 9s)});
}

TEST(Merged, JoinsNeighboursThatEndTogetherOnly) {
    EXPECT_EQ(merged({from_to("10.0.0.0", "10.0.0.255"), from_to("10.0.1.0", "10.0.1.255")}, true),
              std::vector<Element>{from_to("10.0.0.0", "10.0.1.255")});
    const std::vector<Element> apart{from_to("10.0.0.0", "10.0.0.255", 60s),
                                     from_to("10.0.1.0", "10.0.1.255", 90s)};
    EXPECT_EQ(merged(apart, true), apart);
    const std::vector<Element> single{from_to("10.0.0.1", "10.0.0.1"),
                                      from_to("10.0.0.2", "10.0.0.2")};
    EXPECT_EQ(merged(single, false), single);
}

// Puts all marks into as many messages as they take, and takes them out again.
std::vector<Mark> through_messages(std::span<const Mark> marks, const KeyFacts& facts,
                                   std::size_t& messages) {
    std::vector<Mark> taken;
    for (messages = 0; !marks.empty(); ++messages) {
        std::size_t count = 0;
        const Datagram sent = test::message_with(NFT_MSG_NEWSETELEM, [&](nlmsghdr& message) {
            count = put_marks(message, "t", "s", marks, facts);
        });
        EXPECT_GT(count, 0U);
        EXPECT_TRUE(take_marks(test::only_message(sent), facts, taken));
        marks = marks.subspan(count);
    }
    return taken;
}

TEST(PutMarks, TakesAsManyMessagesAsAnAttributesLengthDemands) {
    std::vector<Mark> marks;
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        marks.push_back({Bytes{i, 16}, i % 2 == 1, false, std::nullopt});
    }
    std::size_t messages = 0;
    EXPECT_EQ(through_messages(marks, {true, true, false, 16}, messages), marks);
    EXPECT_GE(messages, 5U);
    EXPECT_LE(messages, 12U);
}

TEST(PutMarks, TurnsKeysThatTheKernelKeepsInHostOrder) {
    const std::vector<Mark> marks{{Bytes{1, 4}, false, false, std::nullopt}};
    std::size_t messages = 0;
    EXPECT_EQ(through_messages(marks, {false, false, true, 4}, messages), marks);
    const Datagram sent = test::message_with(NFT_MSG_NEWSETELEM, [&](nlmsghdr& message) {
        put_marks(message, "t", "s", marks, {false, false, true, 4});
    });
    std::vector<Mark> as_network;
    EXPECT_TRUE(take_marks(test::only_message(sent), {false, false, false, 4}, as_network));
    EXPECT_EQ(as_network.front().key, (Bytes{0x0100'0000, 4}));
}

TEST(TakeMarks, DeclinesKeysOfAnotherWidth) {
    const std::vector<Mark> marks{{Bytes{1, 4}, false, false, std::nullopt}};
    const Datagram sent = test::message_with(NFT_MSG_NEWSETELEM, [&](nlmsghdr& message) {
        put_marks(message, "t", "s", marks, {false, false, false, 4});
    });
    std::vector<Mark> taken;
    EXPECT_FALSE(take_marks(test::only_message(sent), {false, false, false, 16}, taken));
    EXPECT_EQ(taken, std::vector<Mark>{});
}

}  // namespace
}  // namespace portcullis::firewall
