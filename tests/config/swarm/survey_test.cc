#include "config/swarm/survey.h"

#include "tests/config/swarm/fake_engine.h"
#include "tests/support/eventually.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
using test::FakeReply;

constexpr const char* kManager =
    R"({"Swarm":{"NodeAddr":"10.77.0.11","LocalNodeState":"active","ControlAvailable":true}})";
constexpr const char* kWorker =
    R"({"Swarm":{"NodeAddr":"10.77.0.12","LocalNodeState":"active","ControlAvailable":false,
        "RemoteManagers":[{"NodeID":"n1","Addr":"10.77.0.11:2377"}]}})";
constexpr const char* kNetwork = R"({"Id":"net1","Peers":[{"IP":"10.77.0.13"}]})";

constexpr const char* kLabelled = R"(/v1.41/containers/json?filters={"label":["portcullis.host"]})";

class SurveyTest : public testing::Test {
  protected:
    SurveyTest() {
        fake_.replies["/info"] = {200, kManager};
        fake_.replies["/networks/edge"] = {200, kNetwork};
        fake_.replies["/nodes"] = {200, R"([{"Status":{"Addr":"10.77.0.11"}}])"};
        fake_.replies["/services"] = {200, R"([{"ID":"s1","Spec":{"Name":"web"}}])"};
        fake_.replies["/tasks"] = {200, "[]"};
    }

    Survey ask(Questions questions) {
        Engine engine{io_, engine_place(fake_.docker(), {}).value(), test::kPatience};
        std::optional<Survey> found;
        asio::co_spawn(io_, survey(engine, std::move(questions)),
                       [&](std::exception_ptr, Survey given) { found = std::move(given); });
        while (!found && io_.run_one_for(test::kPatience) != 0) {
        }
        fake_.asked.erase(fake_.asked.begin());  // the ping
        return std::move(found).value_or(Survey{});
    }

    using Targets = std::vector<std::string>;

    asio::io_context io_;
    test::FakeEngine fake_{io_};
};

TEST_F(SurveyTest, AsksForTheTasksThatAreWanted) {
    const Survey survey = ask({{}, Asked::wanted, {"edge"}, Role::manager});
    EXPECT_TRUE(survey.trouble.good() && !survey.services && !survey.nodes);
    EXPECT_EQ(fake_.asked, Targets{R"(/v1.41/tasks?filters={"desired-state":["running"]})"});
}

TEST_F(SurveyTest, AsksForAllTasksWhenTold) {
    EXPECT_EQ(ask({{true, false}, Asked::all, {"edge"}, Role::manager}).services->at(0).name,
              "web");
    EXPECT_EQ(fake_.asked, (Targets{"/v1.41/services", "/v1.41/tasks"}));
}

TEST_F(SurveyTest, AsksAManagerForNodes) {
    const Survey survey = ask({{true, true}, Asked::all, {"edge", "a b"}, Role::none});
    EXPECT_TRUE(survey.trouble.good()) << survey.trouble.text << ": 'a b' is not there yet";
    EXPECT_EQ(survey.role, Role::manager);
    EXPECT_EQ(survey.networks, (std::map<std::string, std::string>{{"edge", "net1"}}));
    EXPECT_EQ(survey.nodes, std::vector{IpAddress::parse("10.77.0.11").value()});
    EXPECT_EQ(fake_.asked, (Targets{"/v1.41/info", "/v1.41/networks/edge?scope=swarm",
                                    "/v1.41/networks/a b?scope=swarm", "/v1.41/nodes", kLabelled,
                                    "/v1.41/services", "/v1.41/tasks"}));
    EXPECT_EQ(survey.facts->missing_networks, std::set<std::string>{"a b"});
}

// Which containers are the one in whose network tasks are met.
TEST_F(SurveyTest, AsksForTheHolder) {
    fake_.replies["/containers/json"] = {
        200, R"([{"Names":["/edge_holder.1.x"],"NetworkSettings":{"Networks":{"edge":{}}}}])"};
    Questions questions{{false, true}, Asked::wanted, {"edge"}, Role::manager};
    questions.holder = "edge_holder";
    const Survey survey = ask(questions);
    EXPECT_EQ(survey.facts->holders.front(), (EngineContainer{"edge_holder.1.x", {"edge"}}));
    EXPECT_EQ(fake_.asked.at(3), R"(/v1.41/containers/json?filters={"name":["^/edge_holder$"]})");
    EXPECT_EQ(
        fake_.asked.at(4),
        R"(/v1.41/containers/json?filters={"label":["com.docker.swarm.service.name=edge_holder"]})");
}

TEST_F(SurveyTest, AsksAManagerNotAgainWhatItIs) {
    EXPECT_TRUE(ask({{false, true}, Asked::wanted, {}, Role::manager}).nodes);
    EXPECT_EQ(fake_.asked, (Targets{"/v1.41/nodes", kLabelled,
                                    R"(/v1.41/tasks?filters={"desired-state":["running"]})"}));
}

TEST_F(SurveyTest, AsksAWorkerForNothingThatItRefuses) {
    fake_.replies["/info"] = {200, kWorker};
    const Survey survey = ask({{true, true}, Asked::wanted, {"edge"}, Role::worker});
    EXPECT_TRUE(survey.trouble.good());
    EXPECT_EQ(survey.role, Role::worker);
    EXPECT_EQ(survey.nodes, (std::vector{IpAddress::parse("10.77.0.12").value(),
                                         IpAddress::parse("10.77.0.11").value(),
                                         IpAddress::parse("10.77.0.13").value()}));
    EXPECT_EQ(fake_.asked, (Targets{"/v1.41/info", "/v1.41/networks/edge?scope=swarm", kLabelled}));
}

TEST_F(SurveyTest, IsInTroubleWhenAnyAnswerIsMissing) {
    const Questions all{{true, true}, Asked::wanted, {"edge"}, Role::none};
    for (const std::string path : {"/info", "/networks/edge", "/nodes", "/services", "/tasks"}) {
        const FakeReply good = fake_.replies[path];
        fake_.replies[path] = {500, R"({"message":"no leader"})"};
        EXPECT_TRUE(ask(all).trouble.text.ends_with(" was answered 500: no leader")) << path;
        fake_.replies[path] = {200, "7"};
        const Survey malformed = ask(all);
        EXPECT_EQ(malformed.trouble.trouble, Trouble::malformed);
        EXPECT_EQ(malformed.trouble.text,
                  path + ": the engine's answer is not the JSON that it should be");
        fake_.replies[path] = good;
    }
}

TEST_F(SurveyTest, IsInTroubleOutsideOfASwarm) {
    for (const std::string state : {"inactive", "pending", "locked"}) {
        fake_.replies["/info"] = {200, R"({"Swarm":{"LocalNodeState":")" + state + "\"}}"};
        const Survey survey = ask({{true, true}, Asked::wanted, {"edge"}, Role::none});
        EXPECT_EQ(survey.trouble.text, "this node is not, or not yet, active in a swarm");
    }
}

}  // namespace
}  // namespace portcullis::swarm
