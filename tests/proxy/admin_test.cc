#include "proxy/admin.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis {
namespace {

class AdminTest : public testing::Test {
  protected:
    HttpReply ask(std::string_view method, std::string_view target) {
        const auto read = [this] {
            ++readings;
            return observe::Reading{{&counters}, 42, 0, 0, 0};
        };
        return answer_admin({method, target, {}, {}}, read, sentence_about(obstacles));
    }

    Obstacles obstacles;
    observe::Counters counters;
    int readings = 0;
};

TEST_F(AdminTest, AnswersStatusAndMetrics) {
    counters.add(observe::Count::requests, 4711);
    const HttpReply status = ask("GET", "/status");
    EXPECT_EQ(status.status, 200U);
    EXPECT_EQ(status.content_type, "application/json");
    const auto object = boost::json::parse(status.body).as_object();
    EXPECT_EQ(object.at("requests_total"), 4711);
    EXPECT_EQ(object.at("uptime_seconds"), 42);
    const HttpReply metrics = ask("GET", "/metrics");
    EXPECT_EQ(metrics.status, 200U);
    EXPECT_EQ(metrics.content_type, "text/plain; version=0.0.4");
    EXPECT_NE(metrics.body.find("\nportcullis_requests_total 4711\n"), std::string::npos);
    EXPECT_EQ(readings, 2) << "one for each request";
}

TEST_F(AdminTest, IsReadOnlyAndSaysWhatThereIs) {
    EXPECT_EQ(ask("GET", "/").status, 404U);
    EXPECT_EQ(ask("GET", "/stop").body, "There are /status, /metrics and /ready.\n");
    EXPECT_EQ(ask("DELETE", "/status").status, 405U);
    EXPECT_EQ(readings, 0);
}

TEST_F(AdminTest, IsReadyUnlessSomethingStandsInTheWay) {
    EXPECT_EQ(ask("GET", "/ready").status, 200U);
    obstacles = {.swarm_unknown = true, .unverified = true};
    EXPECT_EQ(ask("GET", "/ready").status, 503U);
    EXPECT_EQ(ask("GET", "/ready").body,
              "nothing is known of the swarm yet: is portcullis-discovery running?\n");
    obstacles = {.overlay_gone = true};
    EXPECT_NE(ask("GET", "/ready").body.find("overlay.container"), std::string::npos);
    obstacles = {.leaving = true};
    EXPECT_EQ(ask("GET", "/ready").status, 503U);
    EXPECT_EQ(readings, 0);
}

}  // namespace
}  // namespace portcullis
