#include "proxy/relay/trailer_rules.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

std::string kept(const TrailerRules& rules, const std::vector<http::Field>& received) {
    std::vector<http::Field> fields{{"Left-Over", "from before"}};
    rules.apply(received, fields);
    std::string names;
    for (const http::Field& field : fields) {
        names.append(field.name).append("=").append(field.value).append(" ");
    }
    return names;
}

RouteConfig route() {
    RouteConfig route;
    route.request_headers = {.set = {{"X-Tenant", "a"}}, .remove = {"X-Debug"}};
    route.answer_headers = {.set = {{"X-Frame-Options", "DENY"}}, .remove = {"X-Powered-By"}};
    route.forward_auth = ForwardAuth{.service = "login", .answer_headers = {"Remote-User"}};
    return route;
}

TEST(TrailerRules, DropAllTrailersOfARequestThatIsNotGrpc) {
    const RouteConfig any;
    EXPECT_EQ(kept(TrailerRules::of_request(any, false), {{"X-Sum", "1"}}), "");
    EXPECT_EQ(kept(TrailerRules::of_request(any, true), {{"X-Sum", "1"}}), "X-Sum=1 ");
    EXPECT_EQ(kept(TrailerRules{}, {{"X-Sum", "1"}}), "");
}

TEST(TrailerRules, RemoveWhatTheRouteSaysInTheHeadOfARequest) {
    const RouteConfig rules = route();
    EXPECT_EQ(kept(TrailerRules::of_request(rules, true), {{"x-tenant", "b"},
                                                           {"X_Debug", "1"},
                                                           {"remote.user", "root"},
                                                           {"x-powered-by", "1"},
                                                           {"x-sum", "1"}}),
              "x-powered-by=1 x-sum=1 ");
}

TEST(TrailerRules, RemoveWhatTheRouteSaysInTheHeadOfAResponse) {
    const RouteConfig rules = route();
    EXPECT_EQ(kept(TrailerRules::of_response(rules), {{"X.Powered.By", "php"},
                                                      {"x-frame-options", "ALLOWALL"},
                                                      {"x-tenant", "b"},
                                                      {"grpc-status", "0"}}),
              "x-tenant=b grpc-status=0 ");
}

}  // namespace
}  // namespace portcullis::relay
