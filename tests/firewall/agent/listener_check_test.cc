#include "firewall/agent/listener_check.h"

#include <gtest/gtest.h>

#include <map>
#include <unistd.h>

namespace portcullis::firewall {
namespace {

Listener listener(std::vector<pid_t> pids) {
    return {.address = IpAddress::v4(0xc0000201), .uid = 33, .pids = std::move(pids)};
}

ListenerVerdict judge(const std::vector<Listener>& listeners) {
    const std::map<pid_t, std::string> programs{
        {10, "portcullis-proxy"}, {11, "portcullis-proxy"}, {20, "docker-proxy"}, {30, ""}};
    return judge_listeners(listeners, "portcullis-proxy",
                           [&](pid_t pid) { return programs.at(pid); });
}

TEST(JudgeListeners, KnowsOurOwn) {
    EXPECT_EQ(judge({listener({10}), listener({11})}), (ListenerVerdict{ListenerState::ours, {}}));
}

TEST(JudgeListeners, TellsThatNobodyListens) {
    EXPECT_EQ(judge({}), (ListenerVerdict{ListenerState::none, "nobody listens on 443"}));
}

TEST(JudgeListeners, NamesAStrangerAlsoBesideOurOwn) {
    EXPECT_EQ(
        judge({listener({10}), listener({20})}),
        (ListenerVerdict{ListenerState::foreign,
                         "docker-proxy (pid 20) listens on 443 of 192.0.2.1, uid 33; it should "
                         "be portcullis-proxy"}));
}

TEST(JudgeListeners, TrustsNobodyItCannotSee) {
    EXPECT_EQ(judge({listener({})}).state, ListenerState::foreign);
    EXPECT_EQ(judge({listener({30})}).sentence,
              "a process that cannot be seen listens on 443 of 192.0.2.1, uid 33; it should be "
              "portcullis-proxy");
}

TEST(JudgeListeners, TakesASocketThatWasPassedOnAsItsServers) {
    EXPECT_EQ(judge({listener({20, 10})}).state, ListenerState::ours);
}

TEST(ExecutableName, IsThatOfTheFileEvenWhenItWasReplaced) {
    EXPECT_EQ(executable_name(::getpid()), "firewall_agent_test");
    EXPECT_EQ(executable_name(0), "");
}

}  // namespace
}  // namespace portcullis::firewall
