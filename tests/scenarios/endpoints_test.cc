// Real servers as endpoints, each in every protocol that it speaks, met by clients of both versions
// of HTTP.
#include "tests/support/nghttpd.h"
#include "tests/support/nginx.h"
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::test {
namespace {

struct Door {
    std::string_view protocol;
    std::uint16_t port;
};

// nginx answers; the others stand before it.
constexpr std::array kNginx{Door{"http1", 7001}, Door{"h2c", 7002}, Door{"https", 7003},
                            Door{"h2", 7004}};
constexpr std::array kHaproxy{Door{"http1", 7011}, Door{"h2c", 7012}, Door{"https", 7013},
                              Door{"h2", 7014}};
// It takes both versions at each door.
constexpr std::array kNghttpx{Door{"http1", 7021}, Door{"h2c", 7021}, Door{"https", 7023},
                              Door{"h2", 7023}};

std::string at(const Door& door) {
    return "127.0.0.1:" + std::to_string(door.port);
}

class Endpoints : public testing::Test {
  protected:
    Endpoints() {
        const Issued issued = inside.issue({.names = {"inside.test"}});
        files.write("ca.pem", inside.certificate_pem());
        files.write("inside.pem", issued.certificate_pem);
        files.write("inside.key", issued.key_pem);
        files.write("inside.both.pem", issued.certificate_pem + issued.key_pem);
        const std::string tls = "; ssl_certificate " + path("inside.pem") +
                                "; ssl_certificate_key " + path("inside.key") + "; ";
        nginx.emplace(std::uint16_t{7000}, "listen " + at(kNginx[0]) + "; listen " + at(kNginx[1]) +
                                               " http2; listen " + at(kNginx[2]) + " ssl; listen " +
                                               at(kNginx[3]) + " ssl http2" + tls +
                                               "keepalive_requests 7; client_max_body_size 2m; "
                                               "location /said { return 200 \"$request_method "
                                               "$http_host\"; }");
        nginx->dir().write("file", std::string(300'000, 'x'));
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (files.path() / name).string();
    }

    [[nodiscard]] std::string reached_by(const Door& door) const {
        std::vector<std::string> options{"protocol: " + std::string{door.protocol}};
        if (door.protocol == "https" || door.protocol == "h2") {
            options.push_back("tls: { ca: " + path("ca.pem") + ", server_name: inside.test }");
        }
        return "workers: 1\n" + shop_at({door.port}, options);
    }

    void meet(const Door& door) {
        SCOPED_TRACE(std::string{door.protocol} + " at " + at(door));
        const ProxyUnderTest proxy{reached_by(door)};
        for (const std::string version : {"--http1.1", "--http2"}) {
            SCOPED_TRACE(version);
            const Fetched said = proxy.get("https://shop.test/said", {version});
            EXPECT_EQ(said.body, "GET shop.test");
            EXPECT_EQ(proxy.get("https://shop.test/file", {version}).body,
                      std::string(300'000, 'x'));
            EXPECT_EQ(proxy.get("https://shop.test/file", {version, "--head"}).status, 200);
            EXPECT_EQ(proxy.get("https://shop.test/none", {version}).status, 404);
            const Fetched sent =
                proxy.get("https://shop.test/said", {version, "--data", std::string(70'000, 'y')});
            EXPECT_EQ(sent.body, "POST shop.test") << sent.status << ' ' << sent.error;
        }
        EXPECT_EQ(proxy.count("requests_total"), 10);
        EXPECT_GE(proxy.count("origin_reuses_total"), 4);
    }

    TempDir files;
    TestCa inside;
    std::optional<Nginx> nginx;
};

// Seven requests on a connection, and then it is closed, or says GOAWAY.
TEST_F(Endpoints, AreNginx) {
    for (const Door& door : kNginx) {
        meet(door);
    }
}

TEST_F(Endpoints, AreHaproxy) {
    const std::string crt = " ssl crt " + path("inside.both.pem");
    const auto config =
        files.write("haproxy.cfg",
                    "defaults\n mode http\n timeout connect 5s\n timeout client 9s\n"
                    " timeout server 9s\nfrontend all\n bind " +
                        at(kHaproxy[0]) + "\n bind " + at(kHaproxy[1]) + " proto h2\n bind " +
                        at(kHaproxy[2]) + crt + " alpn http/1.1\n bind " + at(kHaproxy[3]) + crt +
                        " alpn h2\n default_backend nginx\nbackend nginx\n server nginx " +
                        at(kNginx[0]) + "\n");
    Process haproxy{{.argv = {"haproxy", "-db", "-f", config.string()}}};
    ASSERT_TRUE(eventually([&] { return RawClient::plain(kHaproxy[0].port).connected(); }))
        << haproxy.err();
    for (const Door& door : kHaproxy) {
        meet(door);
    }
}

TEST_F(Endpoints, AreNghttpx) {
    Process nghttpx{{.argv = {"nghttpx", "--conf=/dev/null", "--workers=1", "--no-ocsp",
                              "--frontend=127.0.0.1,7021;no-tls", "--frontend=127.0.0.1,7023",
                              "--backend=127.0.0.1,7001", path("inside.key"), path("inside.pem")}}};
    ASSERT_TRUE(eventually([&] { return RawClient::plain(kNghttpx[0].port).connected(); }))
        << nghttpx.err();
    for (const Door& door : kNghttpx) {
        meet(door);
    }
}

// It sends GOAWAY after every seventh request, and many are under way.
TEST_F(Endpoints, ThatSayGoawayLoseNoRequest) {
    for (const Door& door : {kNginx[1], kNginx[3]}) {
        const ProxyUnderTest proxy{reached_by(door)};
        const Ended load = run({.argv = {"h2load", "-n300", "-c3", "-m10", "--connect-to=127.0.0.1",
                                         "https://shop.test/said"}});
        EXPECT_NE(load.out.find("300 succeeded, 0 failed"), std::string::npos) << load.out;
        EXPECT_NE(load.out.find("300 2xx"), std::string::npos) << load.out;
        EXPECT_GE(proxy.count("retries_total"), 1) << "some were not looked at";
    }
}

TEST_F(Endpoints, ThatAreNotWhoTheySayAreNotAsked) {
    files.write("ca.pem", TestCa{}.certificate_pem());
    const ProxyUnderTest proxy{reached_by(kNginx[3])};
    EXPECT_EQ(proxy.get("https://shop.test/said").status, 502);
    EXPECT_EQ(proxy.status().at("faults").at("origin_untrusted").to_number<int>(), 1);
}

TEST_F(Endpoints, ThatDoNotOfferHttp2AreABadGateway) {
    const ProxyUnderTest proxy{reached_by({"h2", kNginx[2].port})};
    EXPECT_EQ(proxy.get("https://shop.test/said").status, 502);
}

}  // namespace
}  // namespace portcullis::test
