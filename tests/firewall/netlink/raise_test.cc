#include "firewall/netlink/raise.h"

#include "firewall/program/print.h"
#include "tests/firewall/netlink/sample.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

using test::is;

// By libnftnl's expressions, not by its messages: it writes a counter's name without its zero,
// which the kernel adds, and reads it with.
std::vector<Expression> through_libnftnl(const std::vector<Expression>& expressions) {
    std::vector<Expression> decoded;
    for (const Expression& expression : expressions) {
        decoded.push_back(decode(*encode(expression)));
    }
    return decoded;
}

std::vector<Statement> there_and_back(const std::vector<Statement>& statements, Family family) {
    const Lowered lowered = lower(statements, family).value();
    return raise(through_libnftnl(lowered.expressions), family, in_registers(lowered.literals));
}

TEST(Raise, InvertsLowerForEveryRule) {
    for (const test::SampleRule& rule : test::sample_rules()) {
        EXPECT_EQ(there_and_back(rule.statements, Family::inet), rule.statements) << rule.nft;
    }
    for (const Table& table : test::sample_program().tables) {
        for (const Chain& chain : table.chains) {
            for (const Rule& rule : chain.rules) {
                EXPECT_EQ(there_and_back(rule.statements, table.family), rule.statements)
                    << chain.name;
            }
        }
    }
}

TEST(Raise, LeavesOutTestsThatALaterMatchImplies) {
    const std::vector<Statement> wordy{is(Field::nfproto, kNfprotoIpv4), is(Field::l4proto, kIcmp),
                                       is(Field::icmp_type, 8)};
    EXPECT_EQ(there_and_back(wordy, Family::inet), std::vector<Statement>{is(Field::icmp_type, 8)});
}

TEST(Raise, KeepsTestsThatAreNotWhereLowerWouldPutThem) {
    const std::vector<Statement> early{is(Field::l4proto, kTcp), is(Field::ct_direction, 1),
                                       is(Field::tcp_dport, 22)};
    EXPECT_EQ(there_and_back(early, Family::inet), early);
    const std::vector<Statement> alone{is(Field::l4proto, kTcp), test::accept()};
    EXPECT_EQ(there_and_back(alone, Family::inet), alone);
}

TEST(Raise, ShowsTheBytecodeOfWhatItDoesNotKnow) {
    const std::vector<Expression> expressions{LoadMeta{NFT_META_MARK, kRegister1},
                                              Compare{Comparison::eq, Bytes{1, 4}, kRegister1},
                                              Unknown{"queue num 3"}};
    EXPECT_EQ(raise(expressions, Family::inet, {}),
              (std::vector<Statement>{Foreign{"meta load mark => reg 1"},
                                      Foreign{"cmp eq reg 1 0x01000000"}, Foreign{"queue num 3"}}));
}

TEST(Raise, TakesPortsForForeignWhereNoProtocolIsKnown) {
    const std::vector<Expression> expressions{
        LoadPayload{LoadPayload::Base::transport, 2, 2, kRegister1},
        Compare{Comparison::eq, Bytes{443, 2}, kRegister1}};
    EXPECT_EQ(raise(expressions, Family::inet, {}),
              (std::vector<Statement>{Foreign{"payload load 2b @ transport header + 2 => reg 1"},
                                      Foreign{"cmp eq reg 1 0x0000bb01"}}));
}

// Somebody who changes one instruction of a rule is seen, whatever he changes.
TEST(Raise, NeverSaysTheSameOfAnotherRule) {
    for (const test::SampleRule& rule : test::sample_rules()) {
        const Result<Lowered> lowered = lower(rule.statements, Family::inet);
        const LiteralValues literals = in_registers(lowered->literals);
        for (std::size_t i = 0; i < lowered->expressions.size(); ++i) {
            std::vector<Expression> fewer = lowered->expressions;
            fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
            EXPECT_NE(raise(fewer, Family::inet, literals), rule.statements)
                << rule.nft << " without " << text_of(lowered->expressions[i]);
            std::vector<Expression> changed = lowered->expressions;
            if (auto* compare = std::get_if<Compare>(&changed[i])) {
                compare->op = compare->op == Comparison::eq ? Comparison::neq : Comparison::eq;
                EXPECT_NE(raise(changed, Family::inet, literals), rule.statements) << rule.nft;
            } else if (auto* lookup = std::get_if<Lookup>(&changed[i])) {
                lookup->negated = !lookup->negated;
                EXPECT_NE(raise(changed, Family::inet, literals), rule.statements) << rule.nft;
            }
        }
    }
}

TEST(Raise, ComparesTheOtherRegisterForNobody) {
    std::vector<Expression> expressions{LoadMeta{NFT_META_PKTTYPE, kRegister2},
                                        Compare{Comparison::eq, Bytes{3, 1}, kRegister1}};
    EXPECT_TRUE(std::holds_alternative<Foreign>(raise(expressions, Family::inet, {})[0]));
}

TEST(Raise, ReadsHalfOpenRanges) {
    const std::vector<Statement> above{
        Match{Field::udp_dport, {}, false, test::range(Field::udp_dport, 32768, 65535)}};
    std::vector<Expression> expressions = lower(above, Family::inet)->expressions;
    expressions.pop_back();  // as nft writes ">= 32768"
    EXPECT_EQ(raise(expressions, Family::inet, {}), above);
}

TEST(Raise, PartsWhatNftReadsWithOneLoad) {
    const std::vector<Statement> ports{is(Field::udp_sport, 67), is(Field::udp_dport, 68)};
    std::vector<Expression> expressions =
        lower({is(Field::l4proto, kUdp)}, Family::inet)->expressions;
    expressions.emplace_back(LoadPayload{LoadPayload::Base::transport, 0, 4, kRegister1});
    expressions.emplace_back(Compare{Comparison::eq, Bytes{0x0043'0044, 4}, kRegister1});
    EXPECT_EQ(raise(expressions, Family::inet, {}), ports);
    std::get<Compare>(expressions.back()).op = Comparison::neq;
    EXPECT_NE(raise(expressions, Family::inet, {}), ports) << "not both is not neither";
}

TEST(Raise, InvertsLowerForEveryModesProgram) {
    for (const auto mode : {FirewallMode::edge, FirewallMode::published, FirewallMode::closed}) {
        for (const Program& program : {test::compiled(mode), test::everything_in(mode)}) {
            for (const Table& table : program.tables) {
                for (const Chain& chain : table.chains) {
                    for (const Rule& rule : chain.rules) {
                        const auto raised = there_and_back(rule.statements, table.family);
                        // A test of protocol that another implies may be gone.
                        EXPECT_TRUE(lower(raised, table.family).value() ==
                                    lower(rule.statements, table.family).value())
                            << print(rule) << "\n"
                            << print(Rule{raised, {}});
                        EXPECT_TRUE(there_and_back(raised, table.family) == raised);
                    }
                }
            }
        }
    }
}

}  // namespace
}  // namespace portcullis::firewall
