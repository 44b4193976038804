#include "config/swarm/rhythm.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>

namespace portcullis::swarm {
namespace {

using namespace std::chrono_literals;

Rhythm::Time at(int milliseconds) {
    return Rhythm::Time{1h} + std::chrono::milliseconds{milliseconds};
}

// Runs it from 0 to the end, in milliseconds, with events on the way, in the order of their times:
// "700 event 900 node 1000 away 2000 there 3000 moves 4000 rests". moves: from here on each look
// finds that something moved. Looks take no time. Tells the looks: "0sc 250 500 750s": s with
// services, c with the cluster.
class Play {
  public:
    std::string operator()(const std::string& script, int end) {
        std::istringstream words{script};
        std::string played;
        int time = 0;
        std::string word;
        while (words >> time >> word) {
            look_until(time, played);
            tell(word, at(time));
        }
        look_until(end, played);
        return played;
    }

    Rhythm rhythm{250ms, 1s};

  private:
    void look_until(int end, std::string& played) {
        for (; std::max(rhythm.next(), now_) < at(end);) {
            now_ = std::max(rhythm.next(), now_);
            const Look look = rhythm.begin(now_);
            const auto time = std::chrono::duration_cast<std::chrono::milliseconds>(now_ - at(0));
            played += (played.empty() ? "" : " ") + std::to_string(time.count()) +
                      (look.services ? "s" : "") + (look.cluster ? "c" : "");
            if (fails_) {
                rhythm.on_failure();
            } else {
                rhythm.on_good(look, moves_, now_);
            }
        }
        now_ = std::max(now_, at(end));
    }

    void tell(const std::string& word, Rhythm::Time now) {
        if (word == "event") {
            rhythm.on_event(now);
        } else if (word == "node") {
            rhythm.on_cluster_event(now);
        } else if (word == "away" || word == "there") {
            rhythm.on_stream(word == "there", now);
        } else if (word == "fails" || word == "answers") {
            fails_ = word == "fails";
        } else {
            ASSERT_TRUE(word == "moves" || word == "rests") << word;
            moves_ = word == "moves";
        }
    }

    Rhythm::Time now_ = at(0);
    bool moves_ = false;
    bool fails_ = false;
};

TEST(Rhythm, LooksOftenWhileAnythingMoves) {
    EXPECT_EQ(Play{}("0 there 0 moves", 1'100), "0sc 250 500 750 1000");
}

TEST(Rhythm, SlowsDownWhenItIsQuiet) {
    EXPECT_EQ(Play{}("0 there 9000 rests", 9'100).substr(0, 16), "0sc 250 500 750 ");
    const std::string played = Play{}("0 there", 15'000);
    EXPECT_TRUE(played.ends_with(" 9500 9750 10000sc 10500 11500 12500 13500 14500")) << played;
}

TEST(Rhythm, LooksAtServicesAndClusterNowAndThen) {
    EXPECT_EQ(Play{}("0 there 0 moves", 10'300).find("s"), 1U);
    const std::string played = Play{}("0 there 0 moves", 10'300);
    EXPECT_NE(played.find(" 4750 5000sc 5250 "), std::string::npos) << played;
    EXPECT_NE(played.find(" 9750 10000sc 10250"), std::string::npos) << played;
}

TEST(Rhythm, LooksAtServicesAlwaysWithoutAStream) {
    EXPECT_EQ(Play{}("0 moves", 600), "0sc 250s 500s");
    EXPECT_EQ(Play{}("0 there 0 moves 300 away 700 there", 1'100), "0sc 250 300sc 550s 700sc 950")
        << "and at once when it ends: an engine that starts anew may be back before the next look";
}

TEST(Rhythm, LooksNowWhenAnEventComes) {
    EXPECT_EQ(Play{}("0 there 600 event", 1'000), "0sc 250 500 600s 850");
    EXPECT_EQ(Play{}("0 there 600 node", 800), "0sc 250 500 600sc");
}

TEST(Rhythm, LooksNotTooOftenHoweverManyEventsCome) {
    EXPECT_EQ(Play{}("0 there 510 event 520 event 530 event 555 event 590 event", 700),
              "0sc 250 500 550s 600s");
}

TEST(Rhythm, LooksOftenAgainAfterAnEvent) {
    const std::string played = Play{}("0 there 14600 event", 15'200);
    EXPECT_TRUE(played.ends_with(" 13500 14500 14600s 14850 15100c")) << played;
}

TEST(Rhythm, LooksAgainAtWhatAnEventDuringALookIsAbout) {
    Rhythm rhythm{250ms, 1s};
    rhythm.on_stream(true, at(0));
    const Look look = rhythm.begin(at(0));
    rhythm.on_event(at(5));
    rhythm.on_good(look, false, at(10));
    EXPECT_EQ(rhythm.next(), at(50));
    EXPECT_TRUE(rhythm.begin(at(50)).services);
}

TEST(Rhythm, LooksAtAllOfItAfterAFailureAndSlowly) {
    EXPECT_EQ(Play{}("0 there 0 moves 300 fails 2000 answers", 3'000),
              "0sc 250 500 1500sc 2500sc 2750");
}

TEST(Rhythm, LooksSeldomOnAWorker) {
    Rhythm rhythm{250ms, 1s};
    for (const int time : {0, 5'000, 10'000}) {
        EXPECT_TRUE(rhythm.begin(at(time)).cluster);
        rhythm.on_worker();
        EXPECT_EQ(rhythm.next(), at(time + 5'000));
    }
}

TEST(Rhythm, TakesANewPace) {
    Play play;
    play("0 there 0 moves", 100);
    play.rhythm.use(100ms, 200ms);
    EXPECT_EQ(play.rhythm.next(), at(100));
}

}  // namespace
}  // namespace portcullis::swarm
