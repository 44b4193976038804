// The node of an endpoint vanishes: nobody says so, and packets to it are lost.
#include "tests/support/eventually.h"
#include "tests/support/net_namespace.h"
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <future>
#include <optional>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr std::uint16_t kPort = 8080;
constexpr std::uint16_t kHanging = 8081;

// Another machine, at 10.1.0.2, with a web server on which /slow hangs.
class Node {
  public:
    Node() {
        const NetNamespace here = NetNamespace::here();
        here.must({"ip", "link", "add", "node", "type", "veth", "peer", "name", "door", "netns",
                   network_.path()});
        here.must({"ip", "address", "add", "10.1.0.1/24", "dev", "node"});
        here.must({"ip", "link", "set", "node", "up"});
        network_.must({"ip", "address", "add", "10.1.0.2/24", "dev", "door"});
        network_.must({"ip", "link", "set", "door", "up"});
        const Inside inside{network_};
        hanging_.emplace([](auto& connection) { connection.hang(); }, kHanging);
        server_.emplace(kPort,
                        "listen 10.1.0.2:8080; location / { return 200 node; } "
                        "location /slow { proxy_pass http://127.0.0.1:8081; }");
    }

    // The proxy's machine sees its own link as it was, as behind a switch.
    void vanish() const { network_.must({"ip", "link", "set", "door", "down"}); }

    [[nodiscard]] int slow() const { return hanging_->connections(); }

  private:
    NetNamespace network_;
    std::optional<RawOrigin> hanging_;
    std::optional<Nginx> server_;
};

class NodeIsGone : public testing::Test {
  protected:
    // Without checks, and with more time for an answer than a test has.
    static std::string yaml() {
        return "services:\n  shop:\n    endpoints:\n"
               "      - { address: \"10.1.0.2:8080\", weight: 100 }\n"
               "      - \"127.0.0.1:8080\"\n"
               "    balance: round_robin\n    response_timeout: 1h\n"
               "routes: [ { host: shop.test, service: shop } ]\nworkers: 1\n";
    }

    [[nodiscard]] std::string get(const std::string& path) const {
        return proxy.get("https://shop.test" + path).body;
    }

    Node node;
    Nginx here{kPort, "location / { return 200 here; }"};
    ProxyUnderTest proxy{yaml()};
};

TEST_F(NodeIsGone, WhatIsSentOnAConnectionThatWasThereIsAnsweredByAnother) {
    ASSERT_EQ(get("/"), "node");
    node.vanish();
    EXPECT_EQ(get("/"), "here");
    EXPECT_EQ(proxy.count("origin_reuses_total"), 1) << "the lost one's";
    EXPECT_EQ(proxy.count("retries_total"), 1);
}

// The kernel of the node has acknowledged the request, so nothing is repeated.
TEST_F(NodeIsGone, WhatTheNodeHadTakenIsAnsweredByAnother) {
    std::future<std::string> answer =
        std::async(std::launch::async, [this] { return get("/slow"); });
    ASSERT_TRUE(eventually([this] { return node.slow() == 1; }));
    node.vanish();
    EXPECT_EQ(answer.get(), "here");
    EXPECT_EQ(proxy.count("retries_total"), 1);
}

}  // namespace
}  // namespace portcullis::test
