#include "firewall/program/program.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

TEST(Program, PartsAreFoundByName) {
    const Program program{{{Family::inet, "a", {}, {{.name = "s"}}, {{.name = "c"}}}}};
    const Table* table = find_table(program, "a");
    ASSERT_NE(table, nullptr);
    EXPECT_EQ(find_table(program, "b"), nullptr);
    EXPECT_EQ(find_set(*table, "s"), &table->sets[0]);
    EXPECT_EQ(find_set(*table, "c"), nullptr);
    EXPECT_EQ(find_chain(*table, "c"), &table->chains[0]);
    EXPECT_EQ(find_chain(*table, "s"), nullptr);
}

TEST(Program, KeysHaveTheWidthOfTheFieldsTheyAreLookedUpBy) {
    EXPECT_EQ(width_of(KeyType::interface_index), facts_of(Field::iif).width);
    EXPECT_EQ(width_of(KeyType::interface_name), facts_of(Field::iifname).width);
    EXPECT_EQ(width_of(KeyType::ipv4), facts_of(Field::ip_saddr).width);
    EXPECT_EQ(width_of(KeyType::ipv6), facts_of(Field::ip6_saddr).width);
    EXPECT_EQ(width_of(KeyType::mark), 4U);
}

TEST(Program, AnAddressPrefixIsAllItsAddresses) {
    EXPECT_EQ(interval(Cidr::parse("10.1.0.0/16").value()),
              (Interval{{0x0a010000, 4}, {0x0a01ffff, 4}}));
    EXPECT_EQ(interval(Cidr::parse("0.0.0.0/0").value()), (Interval{{0, 4}, {0xffffffff, 4}}));
    EXPECT_EQ(interval(Cidr::parse("192.0.2.7").value()),
              (Interval{{0xc0000207, 4}, {0xc0000207, 4}}));
    const Interval six = interval(Cidr::parse("2001:db8::/33").value());
    EXPECT_EQ(six.first, address_bytes(IpAddress::parse("2001:db8::").value()));
    EXPECT_EQ(six.last,
              address_bytes(IpAddress::parse("2001:db8:7fff:ffff:ffff:ffff:ffff:ffff").value()));
}

}  // namespace
}  // namespace portcullis::firewall
