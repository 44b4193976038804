#include "proxy/origin/verifier.h"

#include "tests/proxy/origin/verified_fixture.h"

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using Mood = test::FakeResolver::Mood;

// The same as the endpoint's: nobody is asked whether ours is known.
const IpAddress kOwn = IpAddress::parse("127.0.0.1").value();

class VerifierTest : public test::VerifiedService {
  protected:
    static Task<> verify(const Verifier& verifier, stream::Loop& loop, Endpoint& endpoint,
                         ServiceStats& stats, std::optional<Fault>& result) {
        result = co_await verifier.verify(loop, endpoint, kOwn, stats, nullptr);
    }

    Fault verified(Endpoint& endpoint) {
        const auto judge = verifier();
        std::optional<Fault> result;
        const Task<> verifying = verify(*judge, loop, endpoint, stats, result);
        EXPECT_TRUE(run_until([&] { return result.has_value(); }));
        return *result;
    }

    std::shared_ptr<Endpoint> shop = endpoint({"7k2p", 80});
    ServiceStats stats;
};

TEST_F(VerifierTest, AsksNobodyWhileTheSnapshotIsYoung) {
    witnesses->note_snapshot(kYoung);
    EXPECT_TRUE(verifier()->vouches_for(*shop));
    EXPECT_FALSE(verifier()->awaits_a_witness());
    witnesses->note_snapshot(kOld);
    EXPECT_FALSE(verifier()->vouches_for(*shop));
    EXPECT_EQ(resolver.questions(), 0);
}

TEST_F(VerifierTest, AsksForEachConnectionWhereItAlwaysShall) {
    witnesses->note_snapshot(kYoung);
    config->discovery.verify = VerifyEndpoints::always;
    EXPECT_FALSE(verifier()->vouches_for(*shop));
    EXPECT_EQ(verified(*shop), Fault::none);
    EXPECT_EQ(resolver.questions(), 1);
}

TEST_F(VerifierTest, AnEndpointOfTheFileIsNobodysBusiness) {
    EXPECT_TRUE(verifier()->vouches_for(*endpoint({"", 80}))) << "with no snapshot at all";
}

TEST_F(VerifierTest, TheResolverVouchesForTheTaskItNames) {
    witnesses->note_snapshot(kTooOld);
    EXPECT_TRUE(verifier()->awaits_a_witness());
    EXPECT_EQ(verified(*shop), Fault::none);
    EXPECT_FALSE(verifier()->awaits_a_witness());
    EXPECT_LT(witnesses->resolver_age(), 1h);
    EXPECT_EQ(stats.of(ServiceEvent::resolver_queries), 1U);
}

TEST_F(VerifierTest, AnotherTasksNameOrNoneDenies) {
    witnesses->note_snapshot(kOld);
    for (const std::string& name : {test::container_name("till", "9x4m"), std::string{}}) {
        resolver.name("127.0.0.1", name);
        const auto fresh = endpoint({"7k2p", 80});
        EXPECT_EQ(verified(*fresh), Fault::endpoint_moved) << name;
        EXPECT_TRUE(fresh->denied(loop.now()));
        EXPECT_TRUE(verifier()->awaits_a_witness()) << "nobody has vouched";
    }
    EXPECT_EQ(stats.of(ServiceEvent::connects_denied), 2U);
}

TEST_F(VerifierTest, ASilentResolverLeavesItToTheSnapshotForAWhile) {
    resolver.be(Mood::dead);
    witnesses->note_snapshot(kOld);
    EXPECT_EQ(verified(*shop), Fault::none);
    EXPECT_EQ(stats.of(ServiceEvent::resolver_silent), 1U);
    witnesses->note_snapshot(kTooOld);
    EXPECT_EQ(verified(*endpoint({"7k2p", 80})), Fault::endpoints_unverified);
    EXPECT_EQ(stats.of(ServiceEvent::connects_unverified), 1U);
    config->discovery.stale = StaleEndpoints::serve;
    EXPECT_EQ(verified(*endpoint({"7k2p", 80})), Fault::none);
    EXPECT_EQ(stats.of(ServiceEvent::served_stale), 1U);
}

TEST_F(VerifierTest, WithoutAResolverNobodyIsAsked) {
    config->discovery.resolver.port = 0;
    witnesses->note_snapshot(kTooOld);
    EXPECT_EQ(verified(*shop), Fault::endpoints_unverified);
    EXPECT_EQ(stats.of(ServiceEvent::resolver_queries), 0U);
    EXPECT_EQ(stats.of(ServiceEvent::resolver_silent), 0U);
}

TEST_F(VerifierTest, KnowsForAMomentThatItWillRefuse) {
    resolver.be(Mood::dead);
    witnesses->note_snapshot(kTooOld);
    const auto judge = verifier();
    EXPECT_FALSE(judge->refuses(*shop, loop.now(), stats)) << "nobody was asked yet";
    EXPECT_EQ(verified(*shop), Fault::endpoints_unverified);
    EXPECT_TRUE(judge->refuses(*shop, loop.now(), stats));
    EXPECT_FALSE(judge->refuses(*shop, loop.now() + kSilenceLives, stats));
    EXPECT_EQ(stats.of(ServiceEvent::connects_unverified), 2U);
    witnesses->note_snapshot(kYoung);
    EXPECT_FALSE(judge->refuses(*shop, loop.now(), stats));
}

TEST_F(VerifierTest, ManyWhoAskAtOnceAskOnce) {
    witnesses->note_snapshot(kOld);
    const auto judge = verifier();
    std::array<std::optional<Fault>, 8> results;
    std::vector<Task<>> asking;
    asking.reserve(results.size());
    for (auto& result : results) {
        asking.push_back(verify(*judge, loop, *shop, stats, result));
    }
    EXPECT_TRUE(run_until([&] {
        return std::all_of(results.begin(), results.end(),
                           [](const auto& result) { return result == Fault::none; });
    }));
    EXPECT_EQ(resolver.questions(), 1);
    EXPECT_EQ(verified(*shop), Fault::none);
    EXPECT_EQ(resolver.questions(), 1) << "just heard";
    loop.wheel().advance(loop.wheel().elapsed() + kVerdictLives + 10ms);
    EXPECT_EQ(verified(*shop), Fault::none);
    EXPECT_EQ(resolver.questions(), 2);
}

// As a health check is, when its service changes. The others must not wait for it for ever.
TEST_F(VerifierTest, WhoeverAsksMayBeDestroyedMeanwhile) {
    resolver.be(Mood::dead);
    witnesses->note_snapshot(kOld);
    const auto judge = verifier();
    std::optional<Fault> result;
    std::optional<Task<>> first{verify(*judge, loop, *shop, stats, result)};
    std::optional<Fault> second;
    const Task<> waiting = verify(*judge, loop, *shop, stats, second);
    EXPECT_TRUE(test::eventually([&] { return resolver.questions() == 1; }));
    resolver.be(Mood::speaks);
    first.reset();
    EXPECT_TRUE(run_until([&] { return second.has_value(); }));
    EXPECT_EQ(second, Fault::none);
    EXPECT_FALSE(result);
}

}  // namespace
}  // namespace portcullis::origin
