// Names whose TLS an endpoint terminates, and proxies before us, with the programs that people use
// for both: nginx as the endpoint, haproxy as the proxy.
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::test {
namespace {

constexpr std::uint16_t kEndpoint = 8443;
constexpr std::uint16_t kHaproxy = 9443;

// The proxy, and behind it an nginx with a certificate of its own for deep.test, which answers with
// the address that it takes the client's to be.
struct Site {
    explicit Site(const std::string& header)
        : folder{}, files{authority.issue_into(folder, "deep", {.names = {"deep.test"}})} {
        authority.write_into(folder);
        const std::string listen = "listen 127.0.0.1:" + std::to_string(kEndpoint) + " ssl" +
                                   (header == "off" ? "; " : " proxy_protocol; ");
        nginx.emplace(std::uint16_t{8081},
                      listen + "ssl_certificate " + files.certificate.string() +
                          "; ssl_certificate_key " + files.key.string() +
                          "; set_real_ip_from 127.0.0.1; real_ip_header proxy_protocol; "
                          "location / { return 200 \"$ssl_server_name for $remote_addr\\n\"; }");
        proxy.emplace(
            "services:\n  shop: { endpoints: [ \"127.0.0.1:1\" ] }\n  deep: { endpoints: "
            "[ \"127.0.0.1:" +
            std::to_string(kEndpoint) + "\" ], passthrough: on, proxy_protocol: " + header +
            " }\nroutes:\n  - { host: shop.test, service: shop }\n"
            "  - { host: deep.test, service: deep }\n"
            "proxy_protocol: { from: [ 127.0.0.2/32 ] }\n"
            "log: { access: access.ndjson, client_address: full }\n");
    }

    // Through us, or through a haproxy before us.
    Fetched get(int port, const std::vector<std::string>& arguments = {}) const {
        return Curl{folder.path() / "ca.pem", "127.0.0.1", port}("https://deep.test/", arguments);
    }

    TempDir folder;
    TestCa authority;
    IssuedFiles files;
    std::optional<Nginx> nginx;
    std::optional<ProxyUnderTest> proxy;
};

TEST(PassesThrough, TheTlsOfANameToItsEndpoint) {
    const Site site{"off"};
    for (const char* version : {"1.2", "1.3"}) {
        const Fetched fetched = site.get(443, {"--tls-max", version});
        EXPECT_EQ(fetched.status, 200) << fetched.error;
        EXPECT_EQ(fetched.body, "deep.test for 127.0.0.1\n");
    }
    EXPECT_EQ(site.proxy->count("passed_through_total"), 2);
    EXPECT_EQ(site.proxy->get("https://shop.test/").status, 502) << "is ours, and its origin dead";
}

TEST(PassesThrough, AndTellsTheEndpointWhoTheClientIs) {
    for (const char* version : {"v1", "v2"}) {
        const Site site{version};
        const Fetched fetched = site.get(443, {"--interface", "127.0.0.77"});
        EXPECT_EQ(fetched.body, "deep.test for 127.0.0.77\n") << fetched.error;
    }
}

TEST(PassesThrough, NoClientsAddressToTheRequestOfAnother) {
    const Nginx nginx{8081,
                      "listen 127.0.0.1:8082 proxy_protocol; location / { return 200 "
                      "\"$proxy_protocol_addr on $connection_requests\\n\"; }"};
    const ProxyUnderTest proxy{shop_at({8082}, {"proxy_protocol: v2"})};
    for (const char* address : {"127.0.0.7", "127.0.0.8", "127.0.0.7"}) {
        const Fetched fetched = proxy.get("https://shop.test/", {"--interface", address});
        EXPECT_EQ(fetched.body, std::string{address} + " on 1\n") << fetched.error;
    }
    EXPECT_EQ(proxy.count("origin_reuses_total"), 0);
}

TEST(PassesThrough, WhomAHaproxyBeforeUsAnnounces) {
    for (const char* send : {"send-proxy", "send-proxy-v2"}) {
        const Site site{"v2"};
        const auto config = site.folder.write(
            "haproxy.cfg",
            "defaults\n timeout connect 5s\n timeout client 9s\n timeout server 9s\n mode tcp\n"
            "listen door\n bind 127.0.0.1:" +
                std::to_string(kHaproxy) + "\n server us 127.0.0.1:443 source 127.0.0.2 " + send +
                "\n");
        Process haproxy{{.argv = {"haproxy", "-db", "-f", config.string()}}};
        Fetched fetched;
        EXPECT_TRUE(eventually([&] {
            fetched = site.get(kHaproxy, {"--interface", "127.0.0.88"});
            return fetched.status == 200;
        })) << fetched.error;
        EXPECT_EQ(fetched.body, "deep.test for 127.0.0.88\n");
    }
}

TEST(PassesThrough, NothingThatAHaproxyOfOursDoesNotAnnounce) {
    const Site site{"off"};
    const Fetched fetched = site.get(443, {"--interface", "127.0.0.2"});
    EXPECT_NE(fetched.exit_code, 0);
    EXPECT_EQ(site.proxy->status().at("faults").as_object().at("bad_proxy_header"), 1);
}

}  // namespace
}  // namespace portcullis::test
