// A proxy that follows snapshots which the test writes and signs, as old as the test says, and asks
// a resolver of the test's own whose the addresses are.
#pragma once

#include "base/file.h"
#include "config/swarm/moment.h"
#include "config/swarm/signing_key.h"
#include "config/swarm/snapshot.h"
#include "tests/support/eventually.h"
#include "tests/support/fake_resolver.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace portcullis::test {

// A service with a task at 127.0.0.1, or more at the addresses that follow. more: labels without
// "portcullis.". at: another first address, for no two tasks have the same.
struct SwarmService {
    std::string name;
    std::string host;
    std::uint16_t port = 0;
    std::vector<std::string> tasks = {};
    std::vector<std::pair<std::string, std::string>> more = {};
    std::uint32_t at = 1;

    [[nodiscard]] swarm::Service made() const {
        swarm::Service service;
        service.name = name;
        service.id = name;
        service.created = name;
        if (!host.empty()) {
            service.labels = {{"portcullis.host", host}, {"portcullis.port", std::to_string(port)}};
        }
        for (const auto& [label, value] : more) {
            service.labels["portcullis." + label] = value;
        }
        std::uint32_t address = 0x7F000000 + at;
        for (const std::string& task : tasks) {
            service.tasks.push_back({task, IpAddress::v4(address++), false});
        }
        return service;
    }
};

class FollowsSnapshots : public testing::Test {
  protected:
    static constexpr Timeout kYoung = Timeout::zero();
    static constexpr Timeout kOld = std::chrono::hours{1};

    // As of discovery.verify_after and stale_max of the default options: a test takes less than the
    // former.
    FollowsSnapshots() {
        const auto file = proxy.dir().write("swarm.pub", key.public_pem());
        std::filesystem::permissions(file, std::filesystem::perms{0644});
    }

    // options: of discovery, as they stand in YAML.
    [[nodiscard]] std::string yaml(const std::string& options = "verify_after: 1m, stale_max: 10m",
                                   const std::string& rest = "services: {}\nroutes: []\n") const {
        return "discovery: { snapshot: snapshot, verify_key: swarm.pub, serial_file: swarm_serial, "
               "networks: [ edge ], resolver: \"" +
               resolver.address() + "\", " + options + " }\nworkers: 1\n" + rest;
    }

    // Of another boot, so that its age is told by the wall's clock.
    void put(const std::vector<SwarmService>& services, Timeout age = kYoung) {
        swarm::Snapshot snapshot;
        snapshot.serial = ++serial;
        snapshot.seen = {swarm::moment_now().wall - static_cast<std::uint64_t>(age.count()), "", 0};
        for (const SwarmService& service : services) {
            snapshot.services.push_back(service.made());
        }
        ASSERT_TRUE(replace_file(proxy.dir().path() / "snapshot",
                                 swarm::seal(swarm::write(snapshot), key),
                                 std::filesystem::perms{0640}));
    }

    // Until the proxy serves that task.
    void serves(const std::string& task) const {
        EXPECT_TRUE(eventually([&] {
            return proxy.metrics().find("task=\"" + task + "\"") != std::string::npos;
        })) << task;
    }

    // How often that has happened at the service since the process began; 0 without the service.
    [[nodiscard]] int events(const std::string& service, const std::string& event) const {
        const std::string metrics = proxy.metrics();
        const std::string line =
            "portcullis_service_events_total{service=\"" + service + "\",event=\"" + event + "\"} ";
        const std::size_t at = metrics.find(line);
        return at == std::string::npos ? 0 : std::stoi(metrics.substr(at + line.size()));
    }

    [[nodiscard]] Fetched get(const std::string& host = "shop.test",
                              const std::vector<std::string>& arguments = {}) const {
        return proxy.get("https://" + host + "/", arguments);
    }

    // All that the origin got is requests for that host.
    static void expect_only(const RawOrigin& origin, const std::string& host) {
        for (const std::string& received : origin.received()) {
            std::size_t hosts = 0;
            for (std::size_t at = 0; (at = received.find("Host: ", at)) != std::string::npos;
                 at += 6) {
                EXPECT_EQ(received.substr(at + 6, host.size() + 2), host + "\r\n");
                ++hosts;
            }
            EXPECT_TRUE(hosts > 0 || received.empty()) << received;
        }
    }

    FakeResolver resolver;
    const swarm::SigningKey key = swarm::SigningKey::generate();
    ProxyUnderTest proxy{"services: {}\nroutes: []\nworkers: 1\n"};
    std::uint64_t serial = 0;
};

}  // namespace portcullis::test
