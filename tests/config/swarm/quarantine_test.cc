#include "config/swarm/quarantine.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

std::string said(const std::vector<Quarantine>& before, const std::vector<Quarantine>& now) {
    testing::internal::CaptureStderr();
    log_quarantine("swarm", before, now);
    return testing::internal::GetCapturedStderr();
}

TEST(LogQuarantine, TellsWhatIsNewAndWhatIsOver) {
    EXPECT_EQ(said({}, {{"web", "no port"}}), "<4>swarm: service 'web' is not routed: no port\n");
    EXPECT_EQ(said({{"web", "no port"}}, {{"web", "no port"}}), "");
    EXPECT_EQ(said({{"web", "no port"}}, {{"web", "no host"}}),
              "<4>swarm: service 'web' is not routed: no host\n");
    EXPECT_EQ(said({{"web", "no port"}}, {}), "<6>swarm: service 'web' is in quarantine no more\n");
}

}  // namespace
}  // namespace portcullis::swarm
