#include "firewall/program/evaluate.h"

#include "firewall/program/build.h"

#include <gtest/gtest.h>

namespace portcullis::firewall {
namespace {

using namespace build;

constexpr Base kPrerouting{
    .hook = Hook::prerouting, .priority = kPriorityGate, .policy = Policy::drop};

Program with(std::vector<Chain> chains, std::vector<Set> sets = {}) {
    return {{{.family = Family::inet,
              .name = "t",
              .sets = std::move(sets),
              .chains = std::move(chains)}}};
}

Packet syn_to(std::uint64_t port) {
    Packet packet;
    packet.set(Field::l4proto, kTcp).set(Field::tcp_dport, port).set(Field::tcp_flags, kSyn);
    packet.set(Field::ct_state, kCtNew).set(Field::ct_direction, kCtOriginal);
    return packet;
}

Fate outcome(const Program& program, const Packet& packet, std::uint32_t exceeded = 0) {
    return Evaluator{program}.evaluate(packet, exceeded).outcome;
}

TEST(Evaluate, APolicyDecidesWhatNoRuleDoes) {
    EXPECT_EQ(outcome(with({{"c", kPrerouting, {}}}), syn_to(1)), Fate::dropped);
    EXPECT_EQ(outcome({}, syn_to(1)), Fate::accepted);
}

TEST(Evaluate, AcceptEndsItsBaseChainOnlyAndDropEverything) {
    const Base early{.hook = Hook::prerouting, .priority = kPriorityEarly};
    const Program program = with({{"gate", kPrerouting, {}}, {"early", early, {rule(accept())}}});
    EXPECT_EQ(outcome(program, syn_to(1)), Fate::dropped);
    const Program dropped =
        with({{"gate", kPrerouting, {rule(accept())}}, {"early", early, {rule(drop())}}});
    EXPECT_EQ(outcome(dropped, syn_to(1)), Fate::dropped);
}

TEST(Evaluate, AJumpComesBackAndAGotoDoesNot) {
    const Chain empty{.name = "sub", .rules = {rule(back()), rule(drop())}};
    EXPECT_EQ(
        outcome(with({{"c", kPrerouting, {rule(jump("sub")), rule(accept())}}, empty}), syn_to(1)),
        Fate::accepted);
    EXPECT_EQ(
        outcome(with({{"c", kPrerouting, {rule(go("sub")), rule(accept())}}, empty}), syn_to(1)),
        Fate::dropped)
        << "the base chain's policy";
    // A goto inside a jump comes back to behind the jump.
    const Chain mid{.name = "mid", .rules = {rule(go("sub")), rule(drop())}};
    EXPECT_EQ(outcome(with({{"c", kPrerouting, {rule(jump("mid")), rule(accept())}}, mid, empty}),
                      syn_to(1)),
              Fate::accepted);
}

TEST(Evaluate, AMissingFieldMatchesNothingNotEvenNegated) {
    const Program program =
        with({{"c", kPrerouting, {rule(is_not(Field::udp_dport, 5), accept())}}});
    EXPECT_EQ(outcome(program, syn_to(1)), Fate::dropped);
    Packet udp;
    udp.set(Field::udp_dport, 6);
    EXPECT_EQ(outcome(program, udp), Fate::accepted);
}

TEST(Evaluate, MasksRangesAndSets) {
    const Set ports{
        .name = "s",
        .type = KeyType::ipv4,
        .interval = true,
        .elements = {{Bytes{10, 4}, Bytes{20, 4}, {}}, {Bytes{30, 4}, Bytes{30, 4}, {}}}};
    const Program program =
        with({{"c", kPrerouting, {rule(in(Field::ip_saddr, "s"), accept())}}}, {ports});
    for (const auto& [number, want] :
         {std::pair{9, false}, {10, true}, {20, true}, {21, false}, {30, true}, {31, false}}) {
        Packet packet;
        packet.set(Field::ip_saddr, static_cast<std::uint64_t>(number));
        EXPECT_EQ(outcome(program, packet) == Fate::accepted, want) << number;
    }
    const Program prefix =
        with({{"c", kPrerouting, {rule(within(Field::ip_saddr, "10.0.0.0/9"), accept())}}});
    Packet packet;
    EXPECT_EQ(outcome(prefix, packet.set(Field::ip_saddr, 0x0a7fffff)), Fate::accepted);
    EXPECT_EQ(outcome(prefix, packet.set(Field::ip_saddr, 0x0a800000)), Fate::dropped);
}

TEST(Evaluate, ConnectionTrackingComesBetweenAndNotrackGoesBeforeIt) {
    const Base raw{.hook = Hook::prerouting, .priority = kPriorityRaw};
    const std::vector<Rule> states = {rule(state(kCtNew), accept())};
    EXPECT_EQ(outcome(with({{"gate", kPrerouting, states}}), syn_to(1)), Fate::accepted);
    const Program notracked =
        with({{"raw", raw, {rule(Notrack{})}}, {"gate", kPrerouting, states}});
    EXPECT_EQ(outcome(notracked, syn_to(1)), Fate::dropped);
    const Program untracked = with({{"raw", raw, {rule(Notrack{})}},
                                    {"gate", kPrerouting, {rule(state(kCtUntracked), accept())}}});
    EXPECT_TRUE(Evaluator{untracked}.evaluate(syn_to(1)).untracked);
    EXPECT_EQ(outcome(untracked, syn_to(1)), Fate::accepted);
    // Before tracking every state is invalid, and there is no direction.
    const Program early = with({{"raw",
                                 raw,
                                 {rule(state(kCtInvalid), count("i")),
                                  rule(is(Field::ct_direction, kCtOriginal), count("d"))}}});
    EXPECT_EQ(Evaluator{early}.evaluate(syn_to(1)).counted, (std::vector<std::string_view>{"i"}));
}

TEST(Evaluate, LimitsAreAskedAndMayGoEitherWay) {
    const Program program = with(
        {{"c", kPrerouting, {rule(over_rate(1, 1), drop()), rule(within_rate(1, 1), accept())}}});
    EXPECT_EQ(outcome(program, syn_to(1), 0), Fate::accepted);
    EXPECT_EQ(outcome(program, syn_to(1), 1), Fate::dropped);
    EXPECT_EQ(outcome(program, syn_to(1), 2), Fate::dropped);
    const auto all = Evaluator{program}.all_outcomes(syn_to(1));
    EXPECT_EQ(all.size(), 3U) << "where the first is exceeded nobody asks the second";
}

TEST(Evaluate, AChainThatNeverEndsDrops) {
    EXPECT_EQ(outcome(with({{"c", kPrerouting, {rule(jump("c"))}}}), syn_to(1)), Fate::dropped);
    EXPECT_EQ(
        outcome(with({{"c", kPrerouting, {rule(jump("nowhere")), rule(accept())}}}), syn_to(1)),
        Fate::dropped);
}

TEST(Evaluate, SaysWhichRuleDecided) {
    const Program program = with(
        {{"c", kPrerouting, {rule(jump("sub"))}},
         {"sub", {}, {rule(count("n")), rule(is(Field::tcp_dport, 7), count("m"), accept())}}});
    const Judgement judgement = Evaluator{program}.evaluate(syn_to(7));
    EXPECT_EQ(judgement.chain, &program.tables[0].chains[1]);
    EXPECT_EQ(judgement.rule, &program.tables[0].chains[1].rules[1]);
    EXPECT_EQ(judgement.counted, (std::vector<std::string_view>{"n", "m"}));
}

TEST(Evaluate, SynproxyTakesSynsAndAcksOnly) {
    const Base input{.hook = Hook::input, .priority = kPrioritySynproxy};
    const Program program = with({{"c", input, {rule(Synproxy{1460})}}});
    EXPECT_EQ(outcome(program, syn_to(443)), Fate::answered);
    EXPECT_EQ(outcome(program, syn_to(443).set(Field::tcp_flags, kRst)), Fate::accepted);
}

}  // namespace
}  // namespace portcullis::firewall
