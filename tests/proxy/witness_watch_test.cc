#include "proxy/witness_watch.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

class WitnessWatchTest : public testing::Test {
  protected:
    // What it logs while it looks at once.
    std::string look() {
        testing::internal::CaptureStderr();
        watch.use(discovery);
        return testing::internal::GetCapturedStderr();
    }

    DiscoveryConfig discovery;
    boost::asio::io_context io{1};
    std::shared_ptr<origin::Witnesses> witnesses = std::make_shared<origin::Witnesses>();
    WitnessWatch watch{io, witnesses};
};

TEST_F(WitnessWatchTest, NamesWhoVouches) {
    EXPECT_EQ(watch.voucher(), "snapshot") << "without a swarm nobody has to";
    look();
    EXPECT_EQ(watch.voucher(), "nobody") << "there is no snapshot";
    witnesses->note_snapshot(discovery.stale_max);
    EXPECT_EQ(watch.voucher(), "nobody");
    witnesses->note_snapshot(discovery.stale_max - 1s);
    EXPECT_EQ(watch.voucher(), "snapshot") << "old, and the resolver was not asked";
    witnesses->note_resolver();
    EXPECT_EQ(watch.voucher(), "resolver");
    witnesses->note_snapshot(1h);
    EXPECT_EQ(watch.voucher(), "resolver");
    witnesses->note_snapshot(0s);
    EXPECT_EQ(watch.voucher(), "snapshot");
}

TEST_F(WitnessWatchTest, GoesByTheNewestOnes) {
    look();
    witnesses->note_snapshot(1h);
    const auto next = std::make_shared<origin::Witnesses>(*witnesses);
    next->note_snapshot(0s);
    EXPECT_EQ(watch.voucher(), "nobody");
    watch.use(next);
    EXPECT_EQ(watch.voucher(), "snapshot");
}

TEST_F(WitnessWatchTest, SaysOnceThatNobodyVouchesAndWhatFollows) {
    const std::string refused = look();
    EXPECT_NE(refused.find("nobody says whose the addresses of tasks are"), std::string::npos)
        << refused;
    EXPECT_NE(refused.find("are refused (503 endpoints_unverified)"), std::string::npos) << refused;
    EXPECT_EQ(look(), "");
    witnesses->note_snapshot(0s);
    const std::string back = look();
    EXPECT_NE(back.find("verified again, by the snapshot"), std::string::npos) << back;
    witnesses->note_snapshot(1h);
    discovery.stale = StaleEndpoints::serve;
    const std::string served = look();
    EXPECT_NE(served.find("may reach other services' containers (stale: serve)"), std::string::npos)
        << served;
}

}  // namespace
}  // namespace portcullis
