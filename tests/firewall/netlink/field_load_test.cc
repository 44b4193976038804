#include "firewall/netlink/field_load.h"

#include "tests/firewall/netlink/through.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

Known knowing(Field field) {
    Known known{Family::inet};
    for (const Match& test : known.missing(field)) {
        known.learn(test);
    }
    return known;
}

TEST(FieldOf, FindsEveryFieldWhereItsProtocolIsKnown) {
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto field = static_cast<Field>(i);
        EXPECT_EQ(field_of(load_of(field), knowing(field)), field) << facts_of(field).nft;
    }
}

TEST(FieldOf, FindsNoneWhereItsProtocolIsNotKnown) {
    EXPECT_EQ(field_of(load_of(Field::tcp_dport), Known{Family::inet}), std::nullopt);
    EXPECT_EQ(field_of(load_of(Field::tcp_dport), knowing(Field::udp_dport)), Field::udp_dport);
    EXPECT_EQ(field_of(load_of(Field::ip_saddr), knowing(Field::ip6_saddr)), std::nullopt);
}

TEST(FieldOf, DoesNotCareForTheRegister) {
    Expression load = load_of(Field::ip_saddr);
    set_target(load, kRegister2);
    EXPECT_EQ(target_of(load), kRegister2);
    EXPECT_EQ(field_of(load, knowing(Field::ip_saddr)), Field::ip_saddr);
}

TEST(LoadOf, ReadsAsManyBytesAsTheFieldHas) {
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto field = static_cast<Field>(i);
        const Expression load = load_of(field);
        if (const auto* payload = std::get_if<LoadPayload>(&load)) {
            EXPECT_EQ(payload->length, facts_of(field).width) << facts_of(field).nft;
        }
        EXPECT_EQ(test::through({load}), std::vector<Expression>{load}) << facts_of(field).nft;
    }
}

TEST(RegisterBytes, AreTurnedForHostOrderOnlyAndTurnBack) {
    const Bytes number{0x0102'0304, 4};
    EXPECT_EQ(register_bytes(Field::ip_saddr, number), number);
    EXPECT_EQ(field_bytes(Field::ct_state, register_bytes(Field::ct_state, number)), number);
    EXPECT_EQ(register_bytes(Field::iifname, Bytes::name("eth0")), Bytes::name("eth0"));
}

TEST(RegisterBytes, AreFourOfWhetherTheFibKnowsAnInterface) {
    const Bytes yes = register_bytes(Field::fib_saddr_oif, Bytes{1, 1});
    EXPECT_EQ(yes.size(), 4U);
    EXPECT_EQ(field_bytes(Field::fib_saddr_oif, yes), (Bytes{1, 1}));
    EXPECT_EQ(field_bytes(Field::fib_saddr_oif, Bytes{1, 1}), std::nullopt) << "another width";
    EXPECT_EQ(field_bytes(Field::fib_saddr_oif, Bytes{0x0001'0100, 4}), std::nullopt)
        << "a number that the field cannot be";
}

}  // namespace
}  // namespace portcullis::firewall
