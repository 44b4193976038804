// SIGHUP: the new configuration holds from the next request on, and nothing that is under way
// notices.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace portcullis::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";

TEST(Reload, TakesOverTheNewConfigurationOnOpenConnectionsToo) {
    const RawOrigin before{always(answer("before"))};
    const RawOrigin after{always(answer("after!"))};
    ProxyUnderTest proxy{shop_at({before.port()})};
    RawClient client = proxy.connect();
    client.send(kGet);
    EXPECT_TRUE(client.read_until("before").ends_with("before"));
    proxy.reload(shop_at({after.port()}));
    client.send(kGet);
    EXPECT_TRUE(client.read_until("after!").ends_with("after!"));
    EXPECT_EQ(proxy.get("https://shop.test/").body, "after!");
    EXPECT_EQ(proxy.count("reloads"), 1);
}

// Two services: the first stays, the second is at another endpoint each time.
std::string beside(std::uint16_t stays, int changing) {
    const std::string address = "\"127.0.0.1:";
    return "services:\n  stays: { endpoints: [ " + address + std::to_string(stays) +
           "\" ] }\n  changes: { endpoints: [ " + address + std::to_string(changing) +
           "\" ] }\nroutes:\n  - { host: shop.test, service: stays }\n"
           "  - { host: api.test, service: changes }\n";
}

// The origin closes nothing, so each connection that it sees was made because there was no other.
TEST(Reload, TouchesNoConnectionOfAServiceThatHasNotChanged) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{beside(origin.port(), 1) + "workers: 1\n"};
    RawClient client = proxy.connect();
    std::string said;
    for (int i = 0; i < 5; ++i) {
        client.send(kGet);
        EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
        said = proxy.reload(beside(origin.port(), 2 + i) + "workers: 1\n");
    }
    client.send(kGet);
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
    EXPECT_EQ(origin.connections(), 1);
    EXPECT_NE(said.find("services: 1 kept, 1 changed; routes: 2 kept; certificates: 1 kept"),
              std::string::npos)
        << said;
}

TEST(Reload, ShowsACertificateThatChangedUnderItsPathAndEndsNoConnection) {
    const RawOrigin origin{always(answer("ok"))};
    const std::string yaml =
        shop_at({origin.port()}) +
        "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n"
        "    - { certificate: other.pem, key: other.key }\n";
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const auto issue = [&](std::vector<std::string> names) {
        proxy.ca().issue_into(proxy.dir(), "other",
                              {.names = std::move(names), .until = std::chrono::days{60}});
    };
    issue({"other.test"});
    proxy.reload(yaml);
    RawClient client = proxy.connect();
    client.send(kGet);
    client.read_until("ok");
    const TlsSession session = client.session();
    issue({"other.test", "new.test"});
    const std::string said = proxy.reload(yaml);
    EXPECT_NE(said.find("certificates: 1 kept, 1 changed"), std::string::npos) << said;
    EXPECT_EQ(proxy.connect("new.test").certificate_names(),
              (std::vector<std::string>{"other.test", "new.test"}));
    EXPECT_TRUE(
        RawClient::tls(443, {.server_name = "shop.test", .session = session.get()}).resumed())
        << "its certificate has not changed";
    client.send(kGet);
    EXPECT_TRUE(client.read_until("ok").ends_with("ok"));
}

TEST(Reload, KeepsTheOldConfigurationWhenTheNewOneIsWrongAndSaysWhere) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const std::string said = proxy.reload(shop_at({origin.port()}, {"balanse: p2c"}), "balance");
    EXPECT_NE(said.find("portcullis.yaml:"), std::string::npos) << said;
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
    EXPECT_TRUE(eventually([&] { return proxy.count("reloads_refused") == 1; }));
}

TEST(Reload, EndsNoDownload) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send_slowly(answer(std::string(3000, 'x')), 300, 100ms);
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient client = proxy.connect();
    client.send(kGet);
    client.read_until("\r\n\r\n");
    proxy.reload("services: {}\nroutes: []\n");
    EXPECT_EQ(client.read(3000), std::string(3000, 'x'));
    EXPECT_EQ(proxy.get("https://shop.test/").status, 421);
}

TEST(Reload, LosesNoRequestUnderLoad) {
    const RawOrigin first{always(answer("1"))};
    const RawOrigin second{always(answer("2"))};
    ProxyUnderTest proxy{shop_at({first.port()})};
    std::atomic<bool> over = false;
    std::atomic<int> answered = 0;
    std::atomic<int> failed = 0;
    std::thread load{[&] {
        RawClient client = proxy.connect();
        while (!over) {
            client.send(kGet);
            const std::string head = client.read_until("\r\n\r\n");
            const bool good = head.starts_with("HTTP/1.1 200 ") && client.read(1).size() == 1;
            ++(good ? answered : failed);
            over = over || !good;
        }
    }};
    for (int i = 0; i < 10; ++i) {
        proxy.reload(shop_at({i % 2 == 0 ? second.port() : first.port()}));
        const int before = answered;
        EXPECT_TRUE(eventually([&] { return answered > before + 1 || over; }));
    }
    over = true;
    load.join();
    EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace portcullis::test
