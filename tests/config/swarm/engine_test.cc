#include "config/swarm/engine.h"

#include "tests/config/swarm/fake_engine.h"
#include "tests/support/eventually.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::FakeEngine;
using test::FakeReply;
using Way = FakeReply::Way;

constexpr Duration kShort = 200ms;  // where it is to run out
constexpr Duration kLong = 20s;     // where it is not

class EngineTest : public testing::Test {
  protected:
    EnginePlace place(const std::string& docker) { return engine_place(docker, {}).value(); }

    Answer ask(Engine& engine, std::string target) {
        std::optional<Answer> answer;
        asio::co_spawn(io_, engine.ask(std::move(target)),
                       [&](std::exception_ptr, Answer given) { answer = std::move(given); });
        run_until([&] { return answer.has_value(); });
        return answer.value_or(Answer{});
    }

    void run_until(const std::function<bool()>& done) {
        while (!done()) {
            ASSERT_NE(io_.run_one_for(test::kPatience), 0U);
        }
    }

    asio::io_context io_;
    FakeEngine fake_{io_};
    Engine engine_{io_, place(fake_.docker()), kLong};
};

TEST_F(EngineTest, AgreesOnAVersionAndKeepsItsConnection) {
    fake_.replies["/info"] = {200, "{}"};
    EXPECT_EQ(ask(engine_, "/info").text, "{}");
    EXPECT_EQ(ask(engine_, "/info").text, "{}");
    EXPECT_EQ(fake_.asked, (std::vector<std::string>{"/_ping", "/v1.41/info", "/v1.41/info"}));
    EXPECT_EQ(fake_.connections, 1U);
    EXPECT_EQ(engine_.version(), "1.41");
}

TEST_F(EngineTest, SpeaksTheNewestVersionThatBothKnow) {
    for (const auto& [theirs, spoken] : {std::pair{"1.47", "1.47"}, {"1.52", "1.47"}}) {
        fake_.version = theirs;
        fake_.replies["/info"] = {200, "{}"};
        Engine engine{io_, place(fake_.docker()), kLong};
        EXPECT_TRUE(ask(engine, "/info").good());
        EXPECT_EQ(engine.version(), spoken);
    }
    for (const std::string theirs : {"1.40", "2.0", "", "one"}) {
        fake_.version = theirs;
        Engine engine{io_, place(fake_.docker()), kLong};
        const Answer answer = ask(engine, "/info");
        EXPECT_EQ(answer.trouble, Trouble::version) << theirs;
        EXPECT_NE(answer.text.find("; 1.41 is needed, which Docker 20.10 has"), std::string::npos)
            << answer.text;
    }
}

TEST_F(EngineTest, AgreesAnewWhenItsVersionIsTooOld) {
    fake_.replies["/info"] = {400,
                              R"({"message":"client version 1.41 is too old. Minimum supported )"
                              R"(API version is 1.44"})"};
    const Answer answer = ask(engine_, "/info");
    EXPECT_EQ(answer.trouble, Trouble::version);
    EXPECT_EQ(answer.text,
              "/v1.41/info was answered 400: client version 1.41 is too old. Minimum supported API "
              "version is 1.44");
    fake_.version = "1.52";
    fake_.replies["/info"] = {200, "{}"};
    EXPECT_TRUE(ask(engine_, "/info").good());
    EXPECT_EQ(fake_.asked.back(), "/v1.47/info");
}

TEST_F(EngineTest, SaysWhatTheEngineRefuses) {
    fake_.replies["/tasks"] = {500, R"({"message":"rpc error: The swarm does not have a leader"})"};
    Answer answer = ask(engine_, "/tasks?filters=%7B%7D");
    EXPECT_EQ(answer.trouble, Trouble::refused);
    EXPECT_EQ(answer.status, 500U);
    EXPECT_EQ(answer.text,
              "/v1.41/tasks was answered 500: rpc error: The swarm does not have a leader");
    fake_.replies["/tasks"] = {503, "<html>"};
    answer = ask(engine_, "/tasks");
    EXPECT_EQ(answer.text, "/v1.41/tasks was answered 503");
    EXPECT_EQ(fake_.connections, 1U) << "a refusal is an answer";
    EXPECT_EQ(fake_.asked[1], "/v1.41/tasks?filters={}");
}

TEST_F(EngineTest, WaitsNoLongerThanItsTimeout) {
    Engine engine{io_, place(fake_.docker()), kShort};
    fake_.replies["/info"] = {200, {}, Way::hanging};
    Answer answer = ask(engine, "/info");
    EXPECT_EQ(answer.trouble, Trouble::timeout);
    EXPECT_EQ(answer.text, "/v1.41/info was not answered within 200ms");
    fake_.replies["/info"] = {200, "{}"};
    answer = ask(engine, "/info");
    EXPECT_EQ(answer.text, "{}");
}

TEST_F(EngineTest, TakesNoHalfAnswer) {
    fake_.replies["/info"] = {200, R"({"Swarm":{}})", Way::cut};
    const Answer answer = ask(engine_, "/info");
    EXPECT_EQ(answer.trouble, Trouble::cut);
    EXPECT_TRUE(answer.text.starts_with("/v1.41/info: the answer was cut off")) << answer.text;
}

TEST_F(EngineTest, TakesNoAnswerBeyondItsBound) {
    fake_.replies["/info"] = {200, std::string(kAnswerBytesMax + 1, ' ')};
    EXPECT_EQ(ask(engine_, "/info").trouble, Trouble::too_long);
}

TEST_F(EngineTest, AsksAnewWhenItsIdleConnectionIsGone) {
    fake_.replies["/info"] = {200, "{}"};
    fake_.keep_alive = false;
    EXPECT_TRUE(ask(engine_, "/info").good());
    EXPECT_TRUE(ask(engine_, "/info").good());
    EXPECT_GT(fake_.connections, 1U);
}

TEST_F(EngineTest, ReachesAnEngineThatComesBack) {
    fake_.replies["/info"] = {200, "{}"};
    EXPECT_TRUE(ask(engine_, "/info").good());
    fake_.stop();
    const Answer answer = ask(engine_, "/info");
    EXPECT_EQ(answer.trouble, Trouble::unreachable);
    EXPECT_TRUE(answer.text.starts_with("cannot reach the Docker Engine at /")) << answer.text;
    fake_.listen();
    EXPECT_TRUE(ask(engine_, "/info").good());
}

TEST_F(EngineTest, HandsOverEventsLineByLineUntilTheStreamEnds) {
    fake_.replies["/info"] = {200, "{}"};
    fake_.replies["/events"] = {200, "{\"a\":1}\n{\"a\"", Way::endless};
    EXPECT_TRUE(ask(engine_, "/info").good());
    bool opened = false;
    std::vector<std::string> lines;
    std::optional<Answer> end;
    asio::co_spawn(
        io_,
        engine_.watch("/events", {[&] { opened = true; },
                                  [&](std::string_view line) { lines.emplace_back(line); }}),
        [&](std::exception_ptr, Answer given) { end = std::move(given); });
    run_until([&] { return lines.size() == 2; });
    EXPECT_TRUE(opened);
    fake_.tell("{\"b\":2}");
    run_until([&] { return lines.size() == 3; });
    EXPECT_EQ(lines, (std::vector<std::string>{"{\"a\":1}", "{\"a\"", "{\"b\":2}"}));
    EXPECT_TRUE(ask(engine_, "/info").good()) << "beside the stream";
    fake_.stop();
    run_until([&] { return end.has_value(); });
    EXPECT_EQ(end->trouble, Trouble::cut);
}

TEST_F(EngineTest, EndsWhatItWaitsForWhenClosed) {
    fake_.replies["/info"] = {200, {}, Way::hanging};
    std::optional<Answer> answer;
    asio::co_spawn(io_, engine_.ask("/info"),
                   [&](std::exception_ptr, Answer given) { answer = std::move(given); });
    run_until([&] { return !fake_.asked.empty() && fake_.asked.back() == "/v1.41/info"; });
    engine_.close();
    run_until([&] { return answer.has_value(); });
    EXPECT_FALSE(answer->good());
    EXPECT_FALSE(ask(engine_, "/info").good());
}

}  // namespace
}  // namespace portcullis::swarm
