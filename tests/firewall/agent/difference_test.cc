#include "firewall/agent/difference.h"

#include <gtest/gtest.h>

#include <gmock/gmock.h>

namespace portcullis::firewall {
namespace {

constexpr Expiry kNow{std::chrono::seconds{1'000'000}};

Element banned(std::uint64_t address, int seconds_from_now) {
    return {Bytes{address, 4}, Bytes{address, 4}, kNow + std::chrono::seconds{seconds_from_now}};
}

Rule accept_from(std::uint64_t interface) {
    const Bytes index{interface, 4};
    return {{Match{Field::iif, {}, false, Values{{index, index}}}}, {}};
}

Program program() {
    Set bans{.name = std::string{kBannedAddresses4}, .type = KeyType::ipv4, .timeout = true};
    bans.elements = {banned(1, 100), banned(2, 100)};
    Set peers{.name = "cluster4", .type = KeyType::ipv4};
    peers.elements = {{Bytes{7, 4}, Bytes{7, 4}, {}}};
    return {{{Family::inet,
              std::string{kTable},
              {"a", "b"},
              {bans, peers},
              {{"gate", Base{Hook::prerouting, -150, Policy::drop, {}}, {accept_from(1)}},
               {"outside", {}, {accept_from(2), accept_from(3)}}}}}};
}

std::string after(void (*change)(Table&)) {
    Program have = program();
    change(have.tables.front());
    return difference(program(), have, kNow);
}

TEST(Difference, IsNoneBetweenEquals) {
    EXPECT_EQ(difference(program(), program(), kNow), "");
}

TEST(Difference, NamesTheFirstChangeAndCountsTheRest) {
    EXPECT_EQ(after([](Table& t) { t.chains[1].rules.pop_back(); }),
              "table inet portcullis, chain outside: there is no iif 3");
    EXPECT_EQ(after([](Table& t) { t.chains[0].rules.push_back(accept_from(9)); }),
              "table inet portcullis, chain gate: there is iif 9");
    EXPECT_EQ(after([](Table& t) { t.chains[1].rules.clear(); }),
              "table inet portcullis, chain outside: there is no iif 2; and 1 more");
}

TEST(Difference, IsThereWhenThereIsNothing) {
    EXPECT_NE(difference(program(), {}, kNow), "");
}

TEST(Difference, LeavesTheKernelSomeSlackInTime) {
    EXPECT_EQ(after([](Table& t) { t.sets[0].elements[0] = banned(1, 102); }), "");
    EXPECT_EQ(after([](Table& t) { t.sets[0].elements[0] = banned(1, 98); }), "");
    EXPECT_NE(after([](Table& t) { t.sets[0].elements[0] = banned(1, 103); }), "");
    EXPECT_NE(after([](Table& t) { t.sets[0].elements[0].expires.reset(); }), "");
}

TEST(Difference, ExpectsNoElementWhoseTimeIsOver) {
    Program want = program();
    want.tables[0].sets[0].elements = {banned(1, 100), banned(2, 2), banned(3, 100)};
    Program have = program();
    have.tables[0].sets[0].elements = {banned(1, 100), banned(3, 100)};
    EXPECT_EQ(difference(want, have, kNow), "");
    EXPECT_EQ(difference(have, want, kNow), "") << "nor minds one that is still there";
    want.tables[0].sets[0].elements[1] = banned(2, 3);
    EXPECT_NE(difference(want, have, kNow), "");
}

TEST(OnlyBansDiffer, NamesTheSetsOrNoneWhenMoreDiffers) {
    Program other = program();
    EXPECT_THAT(only_bans_differ(program(), other), testing::IsEmpty());
    other.tables[0].sets[0].elements.clear();
    EXPECT_THAT(only_bans_differ(program(), other), testing::ElementsAre("ban4"));
    other.tables[0].sets[1].elements.clear();
    EXPECT_THAT(only_bans_differ(program(), other), testing::IsEmpty());
    EXPECT_THAT(only_bans_differ(program(), {}), testing::IsEmpty());
}

}  // namespace
}  // namespace portcullis::firewall
