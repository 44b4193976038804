#include "proxy/origin/fleet.h"

#include <gtest/gtest.h>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;

class FleetTest : public testing::Test {
  protected:
    FleetTest() {
        config->name = "shop";
        config->balance = Balance::round_robin;
    }

    Fleet of(std::size_t size) {
        std::vector<std::shared_ptr<Endpoint>> endpoints;
        for (std::size_t i = 0; i < size; ++i) {
            endpoints.push_back(std::make_shared<Endpoint>(
                EndpointConfig{
                    .address = {IpAddress::v4(0x0A000001), static_cast<std::uint16_t>(i + 1)}},
                config));
        }
        return Fleet{std::move(endpoints)};
    }

    // The port of the one picked; 0: none.
    int picked(Fleet& fleet, const Wish& wish = {}) {
        const auto endpoint = fleet.pick(*config, wish, now);
        return endpoint ? endpoint->address().port : 0;
    }

    std::shared_ptr<ServiceConfig> config = std::make_shared<ServiceConfig>();
    Fleet::Clock::time_point now{1h};
};

TEST_F(FleetTest, HasNobodyToPickWithoutEndpoints) {
    Fleet fleet = of(0);
    EXPECT_EQ(picked(fleet), 0);
}

TEST_F(FleetTest, PicksAnotherThanThoseThatWereTried) {
    Fleet fleet = of(3);
    const auto& all = fleet.endpoints();
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(picked(fleet, {.tried = {all[0].get(), all[2].get()}}), 2);
    }
}

TEST_F(FleetTest, PicksOneThatIsLeavingOnlyWhenNoOtherIsLeft) {
    Fleet fleet = of(2);
    const auto& all = fleet.endpoints();
    all[0]->use({.leaving = true}, config);
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(picked(fleet), 2);
    }
    EXPECT_EQ(picked(fleet, {.tried = {all[1].get()}}), 1) << "the new one does not listen yet";
    all[1]->eject(EjectionConfig{}, Ejection::Why::consecutive_faults, now);
    EXPECT_EQ(picked(fleet), 1);
    all[0]->note_unreachable();
    EXPECT_EQ(picked(fleet), 2) << "better than nobody";
    EXPECT_TRUE(fleet.available());
}

TEST_F(FleetTest, KnowsWhetherThereIsAnother) {
    Fleet one = of(1);
    EXPECT_FALSE(one.available_besides(*one.endpoints()[0]));
    one.endpoints()[0]->use({.leaving = true}, config);
    EXPECT_TRUE(one.available_besides(*one.endpoints()[0])) << "its successor";
    Fleet two = of(2);
    EXPECT_TRUE(two.available_besides(*two.endpoints()[0]));
    two.endpoints()[1]->use({.leaving = true}, config);
    two.endpoints()[1]->note_unreachable();
    EXPECT_FALSE(two.available_besides(*two.endpoints()[0]));
}

TEST_F(FleetTest, WhenAllWereTriedPicksAnyButTheLast) {
    Fleet fleet = of(2);
    const auto& all = fleet.endpoints();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(picked(fleet, {.tried = {all[0].get(), all[1].get()}}), 1);
    }
    Fleet one = of(1);
    EXPECT_EQ(picked(one, {.tried = {one.endpoints()[0].get()}}), 1) << "better than nobody";
}

TEST_F(FleetTest, ComesBackToTheEndpointOfATagUnlessItWasTried) {
    Fleet fleet = of(3);
    const auto& all = fleet.endpoints();
    const std::uint64_t tag = all[1]->tag();
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(picked(fleet, {.sticky = tag}), 2);
    }
    EXPECT_NE(picked(fleet, {.sticky = tag, .tried = {all[1].get()}}), 2);
    EXPECT_NE(picked(fleet, {.sticky = tag + 1}), 0) << "a tag that nobody has is no wish";
}

TEST_F(FleetTest, ATagOutlivesAChangeOfTheConfiguration) {
    Fleet before = of(3);
    Fleet after{{before.endpoints()[2], before.endpoints()[1]}};
    EXPECT_EQ(picked(after, {.sticky = of(3).endpoints()[1]->tag()}), 2);
}

TEST_F(FleetTest, AWeightIsTheEndpointsOwn) {
    Fleet fleet = of(2);
    fleet.endpoints()[1]->use({.weight = 3}, config);
    int second = 0;
    for (int i = 0; i < 40; ++i) {
        second += picked(fleet) == 2 ? 1 : 0;
    }
    EXPECT_EQ(second, 30);
}

TEST_F(FleetTest, EwmaSeesTheTimesOfTheEndpoints) {
    config->balance = Balance::ewma;
    Fleet fleet = of(2);
    fleet.endpoints()[0]->latency().note(10ms, now);
    fleet.endpoints()[1]->latency().note(20ms, now);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(picked(fleet), 1);
    }
}

class EjectingFleetTest : public FleetTest {
  protected:
    EjectingFleetTest() {
        config->ejection->consecutive_faults = 2;
        config->ejection->requests_min = 5;
    }

    // The ports of those that were ejected for it.
    std::string note(Fleet& fleet, std::size_t which, const Outcome& outcome, int times = 1) {
        std::string out;
        for (int i = 0; i < times; ++i) {
            for (const auto& endpoint :
                 fleet.note(*config->ejection, fleet.endpoints()[which], outcome, now)) {
                out += std::to_string(endpoint->address().port);
            }
        }
        return out;
    }

    static std::uint64_t count(Fleet& fleet, std::size_t which, EndpointEvent event) {
        return fleet.endpoints()[which]->stats()->of(event);
    }

    const Outcome fault{.fault = true};
    const Outcome good{.fault = false, .status = 200, .latency = 1ms};
};

TEST_F(EjectingFleetTest, LeavesAnEndpointOutUntilItsTimeIsOver) {
    Fleet fleet = of(2);
    EXPECT_EQ(note(fleet, 0, fault, 2), "1");
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(picked(fleet), 2);
    }
    EXPECT_EQ(fleet.endpoints()[0]->stats()->standing(now), Standing::ejected);
    EXPECT_EQ(fleet.endpoints()[0]->stats()->why(now), "ejected_for_faults");
    now += config->ejection->time;
    EXPECT_EQ(picked(fleet) + picked(fleet), 3) << "both";
    EXPECT_EQ(fleet.endpoints()[0]->stats()->standing(now), Standing::up);
}

TEST_F(EjectingFleetTest, NeverEjectsMoreThanTheShare) {
    Fleet fleet = of(5);
    EXPECT_EQ(note(fleet, 0, fault, 2) + note(fleet, 1, fault, 2), "12");
    EXPECT_EQ(note(fleet, 2, fault, 6), "") << "half of five is two";
    EXPECT_EQ(count(fleet, 2, EndpointEvent::ejections_spared), 3U);
    EXPECT_EQ(picked(fleet) + picked(fleet) + picked(fleet), 3 + 4 + 5);
    Fleet alone = of(1);
    EXPECT_EQ(note(alone, 0, fault, 20), "");
    EXPECT_EQ(picked(alone), 1);
}

TEST_F(EjectingFleetTest, TheShareIsOfThoseThatCouldServe) {
    config->health.emplace();
    Fleet fleet = of(4);
    EXPECT_TRUE(fleet.endpoints()[0]->note_check(""));
    EXPECT_EQ(note(fleet, 0, fault, 2), "") << "the only one that is up";
    EXPECT_TRUE(fleet.endpoints()[1]->note_check(""));
    EXPECT_EQ(note(fleet, 0, fault, 2), "1");
}

TEST_F(EjectingFleetTest, TakesOneThatIsEjectedBeforeNone) {
    config->health.emplace();
    config->health->unhealthy = 1;
    Fleet fleet = of(2);
    EXPECT_TRUE(fleet.endpoints()[0]->note_check(""));
    EXPECT_TRUE(fleet.endpoints()[1]->note_check(""));
    EXPECT_EQ(note(fleet, 0, fault, 2), "1");
    EXPECT_TRUE(fleet.endpoints()[1]->note_check("bad_status"));
    EXPECT_TRUE(fleet.available());
    EXPECT_EQ(picked(fleet), 1);
}

TEST_F(EjectingFleetTest, TriesOneThatIsEjectedBeforeOneThatHasJustFailed) {
    Fleet fleet = of(2);
    EXPECT_EQ(note(fleet, 0, fault, 2), "1");
    EXPECT_EQ(picked(fleet), 2);
    EXPECT_EQ(picked(fleet, {.tried = {fleet.endpoints()[1].get()}}), 1);
}

TEST_F(EjectingFleetTest, JudgesAllEndpointsWhenAnIntervalIsOver) {
    config->ejection->success_min = 50;
    Fleet fleet = of(3);
    EXPECT_EQ(note(fleet, 0, good), "") << "the first interval begins";
    const Outcome error{.fault = false, .status = 503, .latency = 1ms};
    EXPECT_EQ(note(fleet, 1, error, 10) + note(fleet, 0, good, 10), "");
    now += config->ejection->interval;
    EXPECT_EQ(note(fleet, 0, good), "2");
    EXPECT_EQ(count(fleet, 1, EndpointEvent::ejected_for_success_rate), 1U);
}

TEST_F(FleetTest, AnEndpointThatComesBackBeginsSlowly) {
    config->slow_start = 10s;
    config->ejection->consecutive_faults = 1;
    Fleet fleet = of(2);
    const auto& back = fleet.endpoints()[0];
    now = Fleet::Clock::now() + 1h;  // both have been there for long
    EXPECT_DOUBLE_EQ(back->weight(now), 1);
    EXPECT_EQ(fleet.note(*config->ejection, back, {.fault = true}, now).size(), 1U);
    now += config->ejection->time;
    EXPECT_DOUBLE_EQ(back->weight(now), kSlowStartLeast);
    EXPECT_DOUBLE_EQ(back->weight(now + 5s), 0.5);
    int picks = 0;
    for (int i = 0; i < 110; ++i) {
        picks += picked(fleet) == 1 ? 1 : 0;
    }
    EXPECT_NEAR(picks, 10, 1) << "a tenth of the other's";
}

// A request of an older configuration ends while a newer one, which ejects nobody, has the
// endpoints.
TEST_F(EjectingFleetTest, GoesByTheConfigurationThatTheTryBeganUnder) {
    Fleet fleet = of(2);
    auto newer = std::make_shared<ServiceConfig>(*config);
    newer->ejection.reset();
    config->ejection->success_min = 100;
    const Outcome bad{.fault = false, .status = 503, .latency = 1ms};
    EXPECT_EQ(note(fleet, 0, bad, 10), "") << "the interval is not over";
    for (const auto& endpoint : fleet.endpoints()) {
        endpoint->use({}, newer);
    }
    now += config->ejection->interval;
    EXPECT_EQ(note(fleet, 1, good), "1");
    EXPECT_EQ(fleet.endpoints()[0]->stats()->standing(now), Standing::ejected);
}

}  // namespace
}  // namespace portcullis::origin
