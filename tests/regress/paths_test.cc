// Paths that an origin reads as another route's: the smallest inputs, by both versions of HTTP.
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace portcullis::test {
namespace {

// Everybody may have "/", nobody "/admin" and "/staff".
void guards(Config& config) {
    for (const char* path : {"/admin", "/staff"}) {
        RouteConfig guarded = config.routes[0];
        guarded.path = path;
        guarded.allow.clear();
        config.routes.push_back(guarded);
    }
}

struct Case {
    const char* path;
    const char* outcome;  // a status of ours, or the path that the origin is asked for
};

const std::vector<Case> kCases{
    {"/staff/../x", "/x"},
    {"/staff/%2e%2e/x", "/x"},
    {"/x/../staff", "403"},
    {"/%61dmin", "403"},
    {"/x/..%2fadmin", "400"},
    {"/%2fadmin", "400"},
    {"/admin%2Fx", "400"},
    {"/public/..;x/staff", "400"},
    {"//admin", "400"},
    {"/ADMIN", "400"},
    {"/%2561dmin", "400"},
    {"/x/%5c../admin", "400"},
    {"/x\\..\\admin", "400"},
    {"/admin%00", "400"},
    {"/@scope%2fname", "/@scope%2Fname"},
    {"/a//b/%7e", "/a//b/~"},
    {"/Upper/Case;v=1", "/Upper/Case;v=1"},
};

std::string asked_for(const RawOrigin& origin) {
    const std::string last = origin.received().back();
    const std::string line = last.substr(last.rfind("GET "));
    return line.substr(4, line.find(" HTTP/1.1") - 4);
}

TEST(Paths, OverHttp1ReachNoOriginByAnotherRoutesRules) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), guards};
    for (const Case& c : kCases) {
        RawClient client = relay.connect();
        client.send(get(c.path));
        const std::string head = head_of(client);
        const std::string status = head.substr(9, 3);
        EXPECT_EQ(status == "200" ? asked_for(origin) : status, c.outcome) << c.path;
    }
}

TEST(Paths, OverHttp2ReachNoOriginByAnotherRoutesRules) {
    const RawOrigin origin{always(answer("ok"))};
    const Relay relay{origin.port(), guards};
    for (const Case& c : kCases) {
        Http2Peer peer{relay};
        Http2Peer::Told& told = peer.open({"GET", "https", "shop.test", c.path});
        const std::string log = peer.finish(told);
        const std::string status = log.substr(log.find("answer ") + 7, 3);
        EXPECT_EQ(status == "200" ? asked_for(origin) : status, c.outcome) << c.path << log;
    }
}

}  // namespace
}  // namespace portcullis::test
