#include "proxy/keeper/container.h"

#include "base/http_socket.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

#include <thread>

namespace portcullis::keeper {
namespace {

constexpr const char* kList = R"([
    {"Id":"a","Names":["/holder.1.x"],"Created":100},
    {"Id":"b","Names":["/other","/holder.2.y"],"Created":200},
    {"Id":"c","Names":["/holderish"],"Created":300},
    {"Id":"d","Names":["/lone"],"Created":50},
    {"Names":["/holder"],"Created":400}])";

TEST(NewestContainer, IsTheOneOfTheNameThatWasCreatedLast) {
    EXPECT_EQ(newest_container(kList, "holder").value(), "b");
    EXPECT_EQ(newest_container(kList, "lone").value(), "d");
    EXPECT_EQ(newest_container(kList, "hold").error().text,
              "no container is called 'hold' and runs, nor is one a task of a service of that "
              "name");
    for (const char* wrong : {"", "{}", "[", "{\"message\":\"no\"}"}) {
        EXPECT_EQ(newest_container(wrong, "a").error().text,
                  "Docker's list of containers is malformed")
            << wrong;
    }
    EXPECT_FALSE(newest_container("[1,{\"Names\":1},{\"Names\":[1]}]", "a"));
}

TEST(SandboxOf, IsTheFileOfTheNetwork) {
    EXPECT_EQ(sandbox_of(R"({"NetworkSettings":{"SandboxKey":"/run/x"}})").value(), "/run/x");
    for (const char* wrong : {"", "{}", R"({"NetworkSettings":{"SandboxKey":""}})", "[]"}) {
        EXPECT_EQ(sandbox_of(wrong).error().text, "the container has no network of its own");
    }
}

TEST(NetnsOf, AsksForTheListAndThenForTheContainer) {
    const test::TempDir dir;
    boost::asio::io_context io{1};
    std::string asked;
    const auto docker =
        HttpSocket::listen(io, "test", dir.path() / "docker.sock", [&](const HttpRequest& request) {
            asked += std::string{request.target} + "\n";
            return request.target == "/containers/json" ? HttpReply{200, kList}
                   : request.target == "/containers/b/json"
                       ? HttpReply{200, R"({"NetworkSettings":{"SandboxKey":"/run/b"}})"}
                       : HttpReply{404, "{}"};
        }).value();
    std::thread engine{[&] { io.run_for(std::chrono::seconds{20}); }};
    const auto found = netns_of(dir.path() / "docker.sock", "holder");
    const auto gone = netns_of(dir.path() / "docker.sock", "lone");
    io.stop();
    engine.join();
    EXPECT_EQ(found.value(), "/run/b");
    EXPECT_EQ(gone.error().text, "Docker answers /containers/d/json with status 404");
    EXPECT_EQ(asked,
              "/containers/json\n/containers/b/json\n/containers/json\n/containers/d/json\n");
}

}  // namespace
}  // namespace portcullis::keeper
