#include "firewall/program/constants.h"

#include "firewall/program/build.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace portcullis::firewall {
namespace {

using namespace build;

std::vector<std::uint64_t> classes(const Rule& rule, Field field, std::uint64_t first) {
    const Program program{
        {{.family = Family::inet, .name = "t", .chains = {{.name = "c", .rules = {rule}}}}}};
    std::vector<std::uint64_t> result;
    for (const Bytes& one : Constants{program}.classes(field, {value(field, first)})) {
        result.push_back(one.number());
    }
    return result;
}

TEST(Constants, OneValueStandsForAllThatTheProgramCannotTellApart) {
    EXPECT_EQ(classes(rule(is(Field::tcp_dport, 443)), Field::tcp_dport, 80),
              (std::vector<std::uint64_t>{80, 443}));
    EXPECT_EQ(classes(rule(is(Field::tcp_dport, 443)), Field::udp_dport, 80),
              (std::vector<std::uint64_t>{80}));
}

TEST(Constants, APrefixIsSeenFromBothSides) {
    const auto found =
        classes(rule(within(Field::ip_saddr, "10.0.0.0/8")), Field::ip_saddr, 0x0a000005);
    EXPECT_EQ(found.size(), 2U);
    EXPECT_TRUE(found[1] == 0x09ffffff || found[1] == 0x0b000000);
}

TEST(Constants, WhatIsAddedIsToldApartAsWell) {
    Constants constants{Program{}};
    constants.add(Field::tcp_dport, {Bytes{22, 2}, Bytes{23, 2}});
    const auto found = constants.classes(Field::tcp_dport, {Bytes{80, 2}});
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[1].number(), 22U);
}

}  // namespace
}  // namespace portcullis::firewall
