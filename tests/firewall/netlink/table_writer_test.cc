// What the kernel could not be told is refused before it is asked, and before libnftnl is.
#include "firewall/netlink/table_writer.h"

#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

const std::string kLonger(256, 'n');

std::string refusal_of(const Table& table) {
    Batch batch{std::nullopt};
    const Answer<void> written = write_table(batch, table, Ownership::none);
    return written ? "" : written.error().text;
}

TEST(WriteTable, TakesTheSample) {
    for (const Table& table : test::sample_program().tables) {
        EXPECT_EQ(refusal_of(table), "");
    }
}

TEST(WriteTable, RefusesNamesThatAreTooLong) {
    const std::vector<std::function<void(Table&)>> mistakes{
        [](Table& t) { t.counters.push_back(kLonger); },
        [](Table& t) { t.sets[0].name = kLonger; },
        [](Table& t) { t.chains[0].name = kLonger; },
        [](Table& t) { t.chains[0].base->devices.push_back(std::string(16, 'd')); },
        [](Table& t) { t.chains[0].rules[0].comment = std::string(128, 'c'); },
        [](Table& t) { t.chains[0].rules[0].statements.emplace_back(Count{kLonger}); },
        [](Table& t) { t.counters.emplace_back(); }};
    for (std::size_t i = 0; i < mistakes.size(); ++i) {
        Table table = test::sample_table();
        mistakes[i](table);
        EXPECT_NE(refusal_of(table), "") << i;
    }
}

TEST(WriteTable, NamesTheRuleThatItRefuses) {
    Table table = test::sample_table();
    table.chains[0].rules[2].statements.emplace_back(Foreign{"queue num 3"});
    EXPECT_EQ(refusal_of(table),
              "rule 3 of chain in (iifname != \"br-*\" jump other [ queue num 3 ]): 'queue num 3' "
              "was read from the kernel and cannot be installed");
}

}  // namespace
}  // namespace portcullis::firewall
