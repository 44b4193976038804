#include "firewall/program/print.h"

#include "base/file.h"
#include "firewall/program/build.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <fstream>

namespace portcullis::firewall {
namespace {

using namespace test;

struct Golden {
    const char* name;
    Program program;
};

std::vector<Golden> goldens() {
    return {{"edge", compiled(FirewallMode::edge)},
            {"edge_everything", everything_in(FirewallMode::edge)},
            {"published", compiled(FirewallMode::published)},
            {"published_everything", everything_in(FirewallMode::published)},
            {"closed", compiled(FirewallMode::closed)}};
}

// PORTCULLIS_GOLDEN=write in the environment writes the files anew; the diff is what to review.
TEST(Print, IsTheGoldenFile) {
    for (const Golden& golden : goldens()) {
        const std::string file = "tests/golden/firewall/" + std::string{golden.name} + ".nft";
        const std::string text = print(golden.program, Expiry{});
        const char* write = std::getenv("PORTCULLIS_GOLDEN");
        if (write != nullptr && std::string_view{write} == "write") {
            std::ofstream{file} << text;
        }
        const auto want = read_file(file);
        ASSERT_TRUE(want) << want.error().text;
        EXPECT_EQ(text, *want) << file;
    }
}

TEST(Print, ElementsThatHaveExpiredAreLeftOut) {
    Program program{{{.family = Family::inet, .name = "t"}}};
    const Bytes one{0x01010101, 4};
    const Bytes two{0x02020202, 4};
    program.tables[0].sets = {{.name = "s",
                               .type = KeyType::ipv4,
                               .timeout = true,
                               .elements = {{one, one, Expiry{std::chrono::seconds{100}}},
                                            {two, two, Expiry{std::chrono::seconds{160}}}}}};
    EXPECT_EQ(print(program, Expiry{std::chrono::seconds{100}}),
              "table inet t {\n\tset s {\n\t\ttype ipv4_addr; flags timeout;\n"
              "\t\telements = { 2.2.2.2 timeout 60s }\n\t}\n}\n");
}

TEST(Print, ARuleIsALine) {
    using namespace build;
    EXPECT_EQ(print(commented("why", rule(within_rate(5, 20), Log{5, 96, "p "}, jump("c")))),
              "limit rate 5/second burst 20 packets log prefix \"p \" group 5 snaplen 96 jump c "
              "comment \"why\"");
    EXPECT_EQ(print(rule(Foreign{"counter pkts 0 bytes 0"})), "[ counter pkts 0 bytes 0 ]");
}

}  // namespace
}  // namespace portcullis::firewall
