#include "firewall/agent/drift.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace portcullis::firewall {
namespace {

constexpr auto kStates = {DriftState::in_sync, DriftState::suspect, DriftState::drifted,
                          DriftState::contested};

// Events, one a line; what the machine then is and does.
std::string play(const std::string& script) {
    std::istringstream words{script};
    std::string played;
    DriftState state = DriftState::in_sync;
    for (std::string word; words >> word;) {
        bool known = false;
        for (std::size_t i = 0; i < kDriftEvents; ++i) {
            const auto event = static_cast<DriftEvent>(i);
            if (name(event) == word) {
                const DriftStep step = advance(state, event);
                state = step.next;
                played += std::string{name(state)} + " " + std::string{name(step.action)} + "; ";
                known = true;
            }
        }
        EXPECT_TRUE(known) << word;
    }
    return played;
}

TEST(Drift, EchoOfOurOwnBatchIsNothing) {
    EXPECT_EQ(play("committed_by_us"), "in_sync nothing; ");
}

TEST(Drift, CommitToOtherTablesIsLookedAtAndForgotten) {
    EXPECT_EQ(play("committed_by_others same"), "suspect read; in_sync nothing; ");
}

TEST(Drift, ChangeOfOursIsPutBack) {
    EXPECT_EQ(play("committed_by_others different repaired committed_by_us"),
              "suspect read; drifted repair; in_sync nothing; in_sync nothing; ");
}

TEST(Drift, RepairThatFailsIsTriedAgainAfterAPause) {
    EXPECT_EQ(
        play("committed_by_others different failed pause_over different repaired"),
        "suspect read; drifted repair; contested pause; suspect read; drifted repair; in_sync "
        "nothing; ");
}

TEST(Drift, ReadingThatFailsIsTriedAgainAfterAPause) {
    EXPECT_EQ(play("committed_by_others failed pause_over same"),
              "suspect read; contested pause; suspect read; in_sync nothing; ");
}

TEST(Drift, WhoeverKeepsChangingDuringThePauseDoesNotShortenIt) {
    EXPECT_EQ(play("committed_by_others failed committed_by_others committed_by_others"),
              "suspect read; contested pause; contested nothing; contested nothing; ");
}

TEST(Drift, NothingIsRepairedThatWasNotSeenToDiffer) {
    for (const DriftState state : kStates) {
        for (std::size_t i = 0; i < kDriftEvents; ++i) {
            const auto event = static_cast<DriftEvent>(i);
            const DriftStep step = advance(state, event);
            if (step.action == DriftAction::repair) {
                EXPECT_EQ(state, DriftState::suspect);
                EXPECT_EQ(event, DriftEvent::different);
            }
            // Whatever waits for something gets it: only these two are left by themselves.
            EXPECT_EQ(step.next == DriftState::contested && state != DriftState::contested,
                      step.action == DriftAction::pause);
        }
    }
}

}  // namespace
}  // namespace portcullis::firewall
