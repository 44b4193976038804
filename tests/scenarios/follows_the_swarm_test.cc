// A signed snapshot beside the configuration file: services come, change and go with it, and
// nothing that is under way notices.
#include "base/file.h"
#include "config/swarm/signing_key.h"
#include "config/swarm/snapshot.h"
#include "tests/support/eventually.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

constexpr const char* kDiscovery =
    "discovery: { snapshot: snapshot, verify_key: swarm.pub, serial_file: swarm_serial, networks: "
    "[ edge ], verify_after: 1m, stale_max: 10m }\n";

// One task, at an address of the loopback that no other has.
swarm::Service service(const std::string& name, const std::string& host, std::uint16_t port) {
    swarm::Service made;
    made.name = name;
    made.created = name;
    made.labels = {{"portcullis.host", host}, {"portcullis.port", std::to_string(port)}};
    static std::uint32_t address = 0x7F000001;
    made.tasks = {{"t", IpAddress::v4(++address), false}};
    return made;
}

class FollowsTheSwarm : public testing::Test {
  protected:
    void put(std::vector<swarm::Service> services) { put(std::move(services), key, ++serial); }

    void put(std::vector<swarm::Service> services, const swarm::SigningKey& signer,
             std::uint64_t number) {
        swarm::Snapshot snapshot;
        snapshot.serial = number;
        snapshot.seen = swarm::moment_now();
        snapshot.services = std::move(services);
        ASSERT_TRUE(replace_file(proxy.dir().path() / "snapshot",
                                 swarm::seal(swarm::write(snapshot), signer),
                                 std::filesystem::perms{0640}));
    }

    void follow(const std::string& yaml) {
        const auto file = proxy.dir().write("swarm.pub", key.public_pem());
        std::filesystem::permissions(file, std::filesystem::perms{0644});
        proxy.reload(yaml);
    }

    [[nodiscard]] int refused() const {
        return proxy.status().at("swarm").at("snapshots_refused").to_number<int>();
    }

    [[nodiscard]] std::string body(const std::string& url) const { return proxy.get(url).body; }

    RawOrigin one{always(answer("one")), 0, RawOrigin::Reach::everywhere};
    RawOrigin two{always(answer("two")), 0, RawOrigin::Reach::everywhere};
    ProxyUnderTest proxy{"services: {}\nroutes: []\n"};
    const swarm::SigningKey key = swarm::SigningKey::generate();
    std::uint64_t serial = 0;
};

TEST_F(FollowsTheSwarm, RoutesToWhatItSaysAndKeepsConnectionsOpen) {
    follow(kDiscovery);
    EXPECT_EQ(proxy.get("https://shop.test/").status, 421);
    put({service("shop", "shop.test", one.port())});
    EXPECT_TRUE(eventually([&] { return body("https://shop.test/") == "one"; }));
    RawClient client = proxy.connect();
    constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";
    client.send(kGet);
    EXPECT_TRUE(client.read_until("one").ends_with("one"));
    put({service("shop", "shop.test", two.port()), service("api", "api.test", one.port())});
    EXPECT_TRUE(eventually([&] { return body("https://api.test/") == "one"; }));
    client.send(kGet);
    EXPECT_TRUE(client.read_until("two").ends_with("two"));
    put({});
    EXPECT_TRUE(eventually([&] { return proxy.get("https://shop.test/").status == 421; }));
}

TEST_F(FollowsTheSwarm, LeavesOutWhatIsWrongAndSaysWhy) {
    follow(std::string{kDiscovery} +
           "services: { shop: { swarm: terminal, port: " + std::to_string(one.port()) +
           " } }\nroutes: [ { host: shop.test, service: shop },\n"
           "  { host: '*.clinic.test', service: shop, deny: [ '0.0.0.0/0', '::/0' ] } ]\n");
    auto terminal = service("terminal", "", one.port());
    terminal.labels.clear();
    auto uncovered = service("uncovered", "other.example", one.port());
    put({terminal, service("dodger", "a.clinic.test", two.port()),
         service("thief", "shop.test", two.port()), uncovered});
    EXPECT_TRUE(eventually([&] { return body("https://shop.test/") == "one"; }));
    EXPECT_EQ(proxy.get("https://a.clinic.test/").status, 403) << "the file's guards hold";
    const auto quarantine = proxy.status().at("swarm").at("quarantine").as_array();
    ASSERT_EQ(quarantine.size(), 3U);
    EXPECT_TRUE(quarantine[0].at("reason").as_string().starts_with(
        "'a.clinic.test' is below '*.clinic.test', which the configuration file routes"));
    EXPECT_EQ(quarantine[1].at("reason"),
              "the configuration file routes 'shop.test'; claim another host");
    EXPECT_EQ(quarantine[2].at("service"), "uncovered");
    EXPECT_NE(proxy.metrics().find("\nportcullis_swarm_quarantined 3\n"), std::string::npos);
}

TEST_F(FollowsTheSwarm, KeepsWhatItHasWhenTheNextIsNotSigned) {
    follow(kDiscovery);
    put({service("shop", "shop.test", one.port())});
    EXPECT_TRUE(eventually([&] { return body("https://shop.test/") == "one"; }));
    put({service("shop", "shop.test", two.port())}, swarm::SigningKey::generate(), ++serial);
    EXPECT_TRUE(eventually([&] { return refused() >= 1; }));
    EXPECT_EQ(body("https://shop.test/"), "one");
    EXPECT_NE(proxy.reload(kDiscovery).find("services: 1 kept"), std::string::npos)
        << "a reload of the file keeps it, too";
}

// Who can write the file can put back what was signed once: a service whose address is another's
// now. Another process does not know what the former one had seen, but for the serial it kept.
TEST_F(FollowsTheSwarm, RefusesAnOlderOneAfterAnUpgradeToo) {
    follow(kDiscovery);
    serial = 10;
    put({service("shop", "shop.test", one.port())});
    EXPECT_TRUE(eventually([&] { return body("https://shop.test/") == "one"; }));
    const int before = refused();
    put({service("shop", "shop.test", two.port())}, key, 9);
    EXPECT_TRUE(eventually([&] { return refused() > before; }));
    EXPECT_EQ(body("https://shop.test/"), "one");
    proxy.upgrade();
    EXPECT_TRUE(eventually([&] { return refused() == 1; }));
    EXPECT_EQ(proxy.get("https://shop.test/").status, 421) << "nothing is known rather than that";
    put({service("shop", "shop.test", one.port())});
    EXPECT_TRUE(eventually([&] { return body("https://shop.test/") == "one"; }));
}

}  // namespace
}  // namespace portcullis::test
