#include "config/swarm/assemble.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

IpAddress address(const char* text) {
    return IpAddress::parse(text).value();
}

Service service(const std::string& name, const std::string& created, const std::string& host,
                const std::string& path = "/", const std::string& stack = "") {
    Service made;
    made.name = name;
    made.created = created;
    made.stack = stack;
    made.labels = {{"portcullis.host", host}, {"portcullis.path", path}, {"portcullis.port", "80"}};
    made.tasks = {{name + "1", address("10.10.0.7"), false}};
    return made;
}

Config base() {
    Config config;
    config.discovery.snapshot = "s";
    config.services.push_back({.name = "file", .swarm = "terminal", .port = 7681});
    config.routes.push_back(
        {.host = HostPattern::parse("file.example").value(), .service = "file"});
    return config;
}

Assembly assemble(std::vector<Service> services) {
    Snapshot snapshot;
    snapshot.services = std::move(services);
    return assemble(base(), snapshot);
}

TEST(Assemble, AddsWhatTheSwarmSaysToTheFile) {
    Service terminal;
    terminal.name = "terminal";
    terminal.tasks = {{"t", address("10.10.0.9"), true}};
    const auto [config, quarantine, owners, notes] =
        assemble({service("web", "1", "web.example"), terminal});
    EXPECT_TRUE(quarantine.empty());
    ASSERT_EQ(config->services.size(), 2U);
    EXPECT_EQ(config->services[0].endpoints,
              (std::vector<EndpointConfig>{
                  {.address = {address("10.10.0.9"), 7681}, .leaving = true, .task = "t"}}));
    EXPECT_EQ(config->services[1].name, "web");
    EXPECT_EQ(
        config->services[1].endpoints,
        (std::vector<EndpointConfig>{{.address = {address("10.10.0.7"), 80}, .task = "web1"}}));
    ASSERT_EQ(config->routes.size(), 2U);
    EXPECT_EQ(config->routes[1].host.text(), "web.example");
    EXPECT_EQ(config->routes[1].service, "web");
}

TEST(Assemble, LeavesOutOnlyWhatIsWrong) {
    Service bad = service("bad", "1", "bad.example");
    bad.labels["portcullis.allow"] = "nobody";
    const auto [config, quarantine, owners, notes] =
        assemble({bad, service("web", "2", "web.example")});
    EXPECT_EQ(config->services.size(), 2U);
    ASSERT_EQ(quarantine.size(), 1U);
    EXPECT_EQ(quarantine[0].service, "bad");
    EXPECT_TRUE(quarantine[0].reason.starts_with("portcullis.allow[0]: 'nobody'"));
}

TEST(Assemble, GivesAHostToTheOldestServiceThatAsks) {
    const auto [config, quarantine, owners, notes] =
        assemble({service("new", "2", "a.example"), service("old", "1", "a.example"),
                  service("file", "1", "b.example"), service("thief", "1", "file.example", "/x")});
    EXPECT_EQ(config->services.size(), 2U);
    EXPECT_EQ(config->services[1].name, "old");
    EXPECT_EQ(
        quarantine,
        (std::vector<Quarantine>{
            {"file", "the configuration file has a service of this name"},
            {"new",
             "'a.example' belongs to service 'old', which had it first; claim another host, or "
             "let both share it: write the label portcullis.share: yes on both services, or "
             "name both in one group of discovery.share",
             "a.example/"},
            {"thief", "the configuration file routes 'file.example'; claim another host",
             "file.example/x"}}));
}

// A name can be chosen so that it sorts first; the engine's time and id cannot.
TEST(Assemble, OfTwoServicesOfOneMomentTheIdDecides) {
    Service first = service("zoe", "1", "a.example");
    Service second = service("abe", "1", "a.example");
    first.id = "id1";
    second.id = "id2";
    const auto [config, quarantine, owners, notes] = assemble({second, first});
    EXPECT_EQ(config->services.back().name, "zoe");
    ASSERT_EQ(quarantine.size(), 1U);
    EXPECT_EQ(quarantine[0].service, "abe");
}

// The name of a stack is a label that whoever creates a service may set.
TEST(Assemble, GivesNothingToTheNameOfAStack) {
    const auto [config, quarantine, owners, notes] =
        assemble({service("front", "1", "a.example", "/", "shop"),
                  service("thief", "2", "a.example", "/login", "shop")});
    EXPECT_EQ(config->services.back().name, "front");
    ASSERT_EQ(quarantine.size(), 1U);
    EXPECT_EQ(quarantine[0].service, "thief");
}

TEST(Assemble, KeepsWhatDiscoveryHasLeftOut) {
    Snapshot snapshot;
    snapshot.services = {service("web", "1", "web.example")};
    snapshot.quarantine = {{"door", "publishes 443"}, {"web", "because"}};
    const auto [config, quarantine, owners, notes] = swarm::assemble(base(), snapshot);
    EXPECT_EQ(config->services.size(), 1U);
    EXPECT_EQ(quarantine, snapshot.quarantine);
}

std::string hosts_of(const Assembly& assembly, const std::string& service) {
    std::string hosts;
    for (const RouteConfig& route : assembly.config->routes) {
        hosts += route.service == service ? route.host.text() + route.path + " " : "";
    }
    return hosts;
}

// A running service does not lose its host to an older one that asks for it later.
TEST(Assemble, LeavesAHostToWhoHasIt) {
    Snapshot snapshot;
    snapshot.services = {service("old", "1", "a.example"), service("new", "2", "a.example")};
    for (Service& one : snapshot.services) {
        one.id = "id of " + one.name;
    }
    EXPECT_EQ(hosts_of(swarm::assemble(base(), snapshot), "old"), "a.example/ ");
    snapshot.owners = {{"a.example", "/", "id of new"}};
    const Assembly kept = swarm::assemble(base(), snapshot);
    EXPECT_EQ(hosts_of(kept, "new"), "a.example/ ");
    EXPECT_EQ(hosts_of(kept, "old"), "");
    EXPECT_EQ(kept.owners, snapshot.owners);
    ASSERT_EQ(kept.quarantine.size(), 1U);
    EXPECT_EQ(kept.quarantine[0].route, "a.example/");
    // It gives the host up, and then the other one has it.
    snapshot.services[1].labels["portcullis.host"] = "b.example";
    const Assembly moved = swarm::assemble(base(), snapshot);
    EXPECT_EQ(hosts_of(moved, "old"), "a.example/ ");
    EXPECT_EQ(hosts_of(moved, "new"), "b.example/ ");
    EXPECT_TRUE(moved.quarantine.empty());
}

TEST(Assemble, LeavesOutOnlyTheRouteThatAnotherOneHas) {
    Service two = service("two", "2", "a.example, b.example");
    const Assembly assembly = assemble({service("one", "1", "a.example"), two});
    EXPECT_EQ(hosts_of(assembly, "two"), "b.example/ ");
    ASSERT_EQ(assembly.quarantine.size(), 1U);
    EXPECT_EQ(assembly.quarantine[0].service, "two");
    EXPECT_EQ(assembly.quarantine[0].route, "a.example/");
}

TEST(Assemble, NotesLabelsThatHaveNoEffect) {
    Service web = service("web", "1", "a.example");
    web.labels["portcullis.enable"] = "true";
    const Assembly assembly = assemble({web});
    EXPECT_EQ(hosts_of(assembly, "web"), "a.example/ ");
    ASSERT_EQ(assembly.notes.size(), 1U);
    EXPECT_EQ(assembly.notes[0].service, "web");
    EXPECT_TRUE(assembly.notes[0].sentence.starts_with("portcullis.enable has no effect"));
}

}  // namespace
}  // namespace portcullis::swarm
