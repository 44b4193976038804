#include "proxy/origin/admission.h"

#include "proxy/origin/verdict.h"
#include "proxy/origin/witnesses.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

DiscoveryConfig config_with(StaleEndpoints stale) {
    DiscoveryConfig config;
    config.verify_after = 2s;
    config.stale_max = 15s;
    config.stale = stale;
    return config;
}

TEST(Admission, AYoungSnapshotVouchesUnlessTheResolverMustAlways) {
    DiscoveryConfig config = config_with(StaleEndpoints::refuse);
    EXPECT_TRUE(snapshot_vouches(config, 0s));
    EXPECT_TRUE(snapshot_vouches(config, 1999ms));
    EXPECT_FALSE(snapshot_vouches(config, 2000ms));
    EXPECT_FALSE(snapshot_vouches(config, Duration::max())) << "nobody knows how old it is";
    config.verify = VerifyEndpoints::always;
    EXPECT_FALSE(snapshot_vouches(config, 0s));
}

TEST(Admission, EveryPairOfWordAndAgeHasItsVerdict) {
    using enum Admission;

    struct Row {
        ResolverWord word;
        Duration age;
        Admission refuse;  // with stale: refuse
        Admission serve;
    };

    const Row rows[]{
        {ResolverWord::same_task, 0s, admitted, admitted},
        {ResolverWord::same_task, 14999ms, admitted, admitted},
        {ResolverWord::same_task, 15s, admitted, admitted},
        {ResolverWord::same_task, Duration::max(), admitted, admitted},
        {ResolverWord::other_task, 0s, moved, moved},
        {ResolverWord::other_task, 14999ms, moved, moved},
        {ResolverWord::other_task, 15s, moved, moved},
        {ResolverWord::other_task, Duration::max(), moved, moved},
        {ResolverWord::silent, 0s, admitted, admitted},
        {ResolverWord::silent, 14999ms, admitted, admitted},
        {ResolverWord::silent, 15s, unverified, served_stale},
        {ResolverWord::silent, Duration::max(), unverified, served_stale},
    };
    for (const Row& row : rows) {
        EXPECT_EQ(admit(config_with(StaleEndpoints::refuse), row.age, row.word), row.refuse);
        EXPECT_EQ(admit(config_with(StaleEndpoints::serve), row.age, row.word), row.serve);
    }
}

TEST(Admission, OnlyTheTasksOwnPlaceInTheNameCounts) {
    using enum ResolverWord;
    EXPECT_EQ(word_of("shop.1.7k2p.edge", "7k2p"), same_task);
    EXPECT_EQ(word_of("agent.n0deid.7k2p.edge", "7k2p"), same_task) << "of a global service";
    EXPECT_EQ(word_of("shop.1.7k2p.my.edge", "7k2p"), same_task) << "a network with a dot";
    EXPECT_EQ(word_of("shop.1.9x4m.edge", "7k2p"), other_task);
    EXPECT_EQ(word_of("7k2p.1.9x4m.edge", "7k2p"), other_task) << "a service of that name";
    EXPECT_EQ(word_of("shop.7k2p.9x4m.edge", "7k2p"), other_task);
    EXPECT_EQ(word_of("shop.1.9x4m.7k2p", "7k2p"), other_task) << "a network of that name";
    EXPECT_EQ(word_of("7k2p.edge", "7k2p"), other_task) << "a container beside the swarm";
    EXPECT_EQ(word_of("shop.1.7k2px.edge", "7k2p"), other_task);
    EXPECT_EQ(word_of("shop.1.7k2.edge", "7k2p"), other_task);
    EXPECT_EQ(word_of("", "7k2p"), other_task) << "it says that nobody has the address";
    EXPECT_EQ(word_of("...", ""), other_task);
    EXPECT_EQ(word_of(std::nullopt, "7k2p"), silent);
}

TEST(Verdict, HoldsForAMoment) {
    const Verdict::Clock::time_point now{1h};
    EXPECT_FALSE(Verdict{}.holds(now)) << "nobody was asked";
    const Verdict same{ResolverWord::same_task, now};
    EXPECT_TRUE(same.holds(now + kVerdictLives - 1ms));
    EXPECT_FALSE(same.holds(now + kVerdictLives));
    const Verdict silent{ResolverWord::silent, now};
    EXPECT_TRUE(silent.holds(now + kSilenceLives - 1ms));
    EXPECT_FALSE(silent.holds(now + kSilenceLives));
}

TEST(Witnesses, WordsGrowOldByThemselves) {
    Witnesses witnesses;
    EXPECT_EQ(witnesses.snapshot_age(), Duration::max());
    EXPECT_EQ(witnesses.resolver_age(), Duration::max());
    witnesses.note_snapshot(1h);
    EXPECT_GE(witnesses.snapshot_age(), 1h);
    EXPECT_LT(witnesses.snapshot_age(), 2h);
    witnesses.note_resolver();
    EXPECT_LT(witnesses.resolver_age(), 1h);
    witnesses.note_snapshot(Duration::max());
    EXPECT_EQ(witnesses.snapshot_age(), Duration::max()) << "a clock was set";
}

// Whoever could not take over the next content must not believe that what it has is young.
TEST(Witnesses, TheAgeOfTheNextContentIsItsOwn) {
    Witnesses before;
    before.note_snapshot(1h);
    before.note_resolver();
    before.note_vouched();
    Witnesses after{before};
    EXPECT_EQ(after.snapshot_age(), Duration::max());
    EXPECT_LT(after.resolver_age(), 1h) << "the resolver is the same";
    EXPECT_TRUE(after.have_vouched());
    after.note_snapshot(0s);
    EXPECT_GE(before.snapshot_age(), 1h);
}

}  // namespace
}  // namespace portcullis::origin
