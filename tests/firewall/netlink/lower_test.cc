#include "firewall/netlink/lower.h"

#include "base/file.h"
#include "firewall/netlink/limits.h"
#include "firewall/program/print.h"
#include "tests/firewall/netlink/sample.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace portcullis::firewall {
namespace {

using test::is;

std::string in_brackets(const std::vector<Expression>& expressions) {
    std::string text;
    for (const Expression& expression : expressions) {
        text += "[" + text_of(expression) + "]";
    }
    return text;
}

TEST(Lower, MakesTheBytecodeThatNftMakesOfTheSameLine) {
    for (const test::SampleRule& rule : test::sample_rules()) {
        const Result<Lowered> lowered = lower(rule.statements, Family::inet);
        ASSERT_TRUE(lowered) << rule.nft << ": " << lowered.error().text;
        EXPECT_EQ(in_brackets(lowered->expressions), rule.bytecode) << rule.nft;
    }
}

TEST(Lower, NumbersItsLiteralsFromWhereItIsTold) {
    const Match ports{Field::tcp_dport, {}, false, test::values(Field::tcp_dport, {22, 443})};
    const Result<Lowered> lowered = lower({ports, ports}, Family::inet, 7);
    ASSERT_TRUE(lowered);
    ASSERT_EQ(lowered->literals.size(), 2U);
    EXPECT_EQ(lowered->literals[0].name, "__set7");
    EXPECT_EQ(lowered->literals[1].name, "__set8");
    EXPECT_EQ(lowered->literals[1].values, std::get<Values>(ports.operand));
}

TEST(Lower, NeverLetsANameReachLibnftnlThatTheKernelWouldCut) {
    const std::string fits(255, 'n');
    const std::string longer(256, 'n');
    const auto naming = [](const std::string& name) {
        return std::vector<Statement>{Count{name},
                                      test::is_in(Field::ip_saddr, name),
                                      Sketch{name, Field::ip_saddr, 1, 1, 1},
                                      ConnectionCount{name, Field::ip_saddr, 1},
                                      Verdict{Verdict::Kind::jump, name},
                                      Verdict{Verdict::Kind::go, name}};
    };
    for (const Statement& statement : naming(fits)) {
        EXPECT_TRUE(lower({statement}, Family::inet)) << statement.index();
    }
    for (const std::string& bad :
         {longer, std::string{}, std::string(1 << 20, 'n'), std::string{"a\0b", 3}}) {
        for (const Statement& statement : naming(bad)) {
            EXPECT_FALSE(lower({statement}, Family::inet)) << statement.index();
        }
    }
    EXPECT_TRUE(lower({Log{5, 96, std::string(127, 'p')}}, Family::inet));
    EXPECT_FALSE(lower({Log{5, 96, std::string(128, 'p')}}, Family::inet));
}

TEST(Lower, RefusesValuesThatAreNotTheFields) {
    const auto refuses = [](const Match& match) { return !lower({match}, Family::inet); };
    EXPECT_TRUE(refuses({Field::tcp_dport, {}, false, Values{}}));
    EXPECT_TRUE(refuses({Field::tcp_dport, {}, false, Values{{Bytes{1, 4}, Bytes{1, 4}}}}));
    EXPECT_TRUE(refuses({Field::tcp_dport, {}, false, Values{{Bytes{}, Bytes{}}}}));
    EXPECT_TRUE(refuses({Field::tcp_dport, {}, false, Values{{Bytes{9, 2}, Bytes{1, 2}}}}));
    EXPECT_TRUE(refuses({Field::tcp_dport, Bytes{1, 1}, false, test::value(Field::tcp_dport, 1)}));
    EXPECT_TRUE(refuses({Field::ct_state, {}, false, test::range(Field::ct_state, 1, 4)}))
        << "the kernel would compare the bytes of a number in host order";
    EXPECT_FALSE(refuses({Field::l4proto, {}, false, test::range(Field::l4proto, 1, 4)}));
}

TEST(Lower, RefusesWhatWasReadFromTheKernelAndIsNotOurs) {
    const Result<Lowered> lowered = lower({Foreign{"queue num 3"}}, Family::inet);
    ASSERT_FALSE(lowered);
    EXPECT_EQ(lowered.error().text,
              "'queue num 3' was read from the kernel and cannot be installed");
}

TEST(Lower, RefusesSketchesOfAnythingButASource) {
    EXPECT_FALSE(lower({Sketch{"r1", Field::ip_daddr, 1, 1, 1}}, Family::inet));
    EXPECT_FALSE(lower({ConnectionCount{"c", Field::tcp_dport, 1}}, Family::inet));
}

TEST(Lower, RefusesMoreStatementsThanARuleHolds) {
    EXPECT_TRUE(lower(std::vector<Statement>(kStatementsMax, Notrack{}), Family::inet));
    EXPECT_FALSE(lower(std::vector<Statement>(kStatementsMax + 1, Notrack{}), Family::inet));
}

TEST(Lower, MasksWhatNoPrefixCanSay) {
    // 10.0.0.1 is never equal to an address of which only the first byte is kept.
    const Bytes odd = test::address("10.0.0.1");
    const Result<Lowered> lowered =
        lower({Match{Field::ip_saddr, Bytes::prefix_mask(8, 4), false, Values{{odd, odd}}}},
              Family::inet);
    ASSERT_TRUE(lowered);
    EXPECT_EQ(in_brackets({lowered->expressions.begin() + 2, lowered->expressions.end()}),
              "[payload load 4b @ network header + 12 => reg 1]"
              "[bitwise reg 1 = ( reg 1 & 0x000000ff ) ^ 0x00000000][cmp eq reg 1 0x0100000a]");
}

TEST(Lower, GivesABurstOfNoneWhatTheKernelWouldMakeOfIt) {
    EXPECT_EQ(lower({Limit{false, 5, 0}}, Family::inet).value(),
              lower({Limit{false, 5, 5}}, Family::inet).value());
}

// Each rule as nft writes it, and under it what the kernel runs.
std::string bytecode_of(const Program& program) {
    std::string text;
    for (const Table& table : program.tables) {
        for (const Chain& chain : table.chains) {
            text += "chain " + chain.name + "\n";
            for (const Rule& rule : chain.rules) {
                text += "  " + print(rule) + "\n";
                const Result<Lowered> lowered = lower(rule.statements, table.family);
                for (const Expression& expression : lowered.value().expressions) {
                    text += "    [ " + text_of(expression) + " ]\n";
                }
            }
        }
    }
    return text;
}

// PORTCULLIS_GOLDEN=write in the environment writes the files anew; the diff is what to review.
TEST(Lower, MakesTheGoldenBytecode) {
    const std::vector<std::pair<std::string, Program>> goldens{
        {"edge_everything", test::everything_in(FirewallMode::edge)},
        {"published_everything", test::everything_in(FirewallMode::published)},
        {"closed", test::compiled(FirewallMode::closed)}};
    for (const auto& [name, program] : goldens) {
        const std::string file = "tests/golden/firewall/" + name + ".bytecode";
        const std::string text = bytecode_of(program);
        const char* write = std::getenv("PORTCULLIS_GOLDEN");
        if (write != nullptr && std::string_view{write} == "write") {
            std::ofstream{file} << text;
        }
        const auto want = read_file(file);
        ASSERT_TRUE(want) << want.error().text;
        EXPECT_EQ(text, *want) << file;
    }
}

}  // namespace
}  // namespace portcullis::firewall
