#include "config/load.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::Sandbox;

constexpr const char* kGood = "discovery: { snapshot: s, verify_key: k, networks: [ edge ] }\n";

TEST(ValidateDiscovery, SaysWhatIsMissingAndWhatDoesNotFit) {
    const Sandbox sandbox;

    const struct {
        const char* part;
        const char* want;
    } cases[] = {
        {kGood, ""},
        {"discovery: { docker: nonsense }\n", ""},  // nobody is asked
        {"discovery: { snapshot: s }\n",
         "1:12 discovery.networks: no network is named; name the overlay networks that the proxy "
         "is "
         "on\n1:12 discovery.verify_key: snapshots are verified, and there is no public key; "
         "portcullis-discovery keygen --out swarm makes swarm.key and swarm.pub: name the "
         "second\n"},
        {"discovery: { snapshot: s, key_file: k, verify_key: v, networks: [ a ] }\n",
         "1:27 discovery.key_file: unknown key; snapshots are signed by a pair of keys now: make "
         "it "
         "with portcullis-discovery keygen, and name the private key as 'signing_key' and the "
         "public "
         "one as 'verify_key'\n"},
        {"discovery: { snapshot: s, verify_key: k, signing_key: k, networks: [ a ] }\n",
         "1:39 discovery.verify_key: the same file as signing_key; name the public key here: who "
         "verifies must not be able to sign\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a, b, a ] }\n",
         "1:60 discovery.networks[2]: 'a' is there twice; keep one of them\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], docker: /var/run/docker.sock "
         "}\n",
         "1:67 discovery.docker: '/var/run/docker.sock' is no place of a Docker Engine; write "
         "unix:///var/run/docker.sock, or tcp://HOST:2376\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], docker: 'tcp://m:2376' }\n",
         "1:12 discovery.tls: an engine is asked over TCP by TLS, both sides verified; name ca, "
         "certificate and key\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], docker: 'tcp://:2376', tls: { "
         "ca: a, certificate: b, key: c } }\n",
         "1:67 discovery.docker: 'tcp://:2376' is no place of a Docker Engine; write "
         "unix:///var/run/docker.sock, or tcp://HOST:2376\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], tls: { ca: a } }\n",
         "1:64 discovery.tls: has no effect on a unix socket; remove it, or write 'docker: "
         "tcp://HOST:2376'\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], docker: [ 'tcp://m:2376', "
         "'tcp://n:2376', 'tcp://m:2376', n ], tls: { ca: a, certificate: b, key: c } }\n",
         "1:101 discovery.docker[2]: 'tcp://m:2376' is there twice; keep one of them\n"
         "1:117 discovery.docker[3]: 'n' is no place of a Docker Engine; write "
         "unix:///var/run/docker.sock, or tcp://HOST:2376\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], docker: [] }\n",
         "1:67 discovery.docker: no Docker Engine is named; write unix:///var/run/docker.sock, or "
         "a list of tcp://HOST:2376\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], verify: always, resolver: "
         "'off' }\n",
         "1:67 discovery.verify: 'always' asks a resolver, and there is none; name one in "
         "'resolver', such as 127.0.0.11:53, or write 'verify: when_old'\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], resolver: 127.0.0.11 }\n",
         "1:69 discovery.resolver: '127.0.0.11' has no port; write it as 10.0.1.4:8080 or "
         "[2001:db8::1]:8080\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], stale: serve }\n",
         "?1:66 discovery.stale: 'serve': while discovery and the resolver are away, requests may "
         "reach another service's container; write 'refuse' unless every task may see every "
         "request\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], poll_quiet: 100ms }\n",
         "1:71 discovery.poll_quiet: shorter than poll; write as much, or more\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], hosts: [ '*.A.test', "
         "'*.a.test' "
         "] "
         "}\n",
         "1:80 discovery.hosts[1]: '*.a.test' is there twice; keep one of them\n"},
        {"discovery: { snapshot: s, verify_key: k, networks: [ a ], share: [ [ b, c ], [ d, d ] ] "
         "}\n",
         "1:78 discovery.share[1]: a group of fewer than two services; name the services that may "
         "share a host, as in [ shop, shop_api ]\n"},
        {"overlay: { container: holder, netns: /run/netns/x }\n",
         "1:10 overlay: both a container and a network namespace; keep one of them\n"},
    };

    for (const auto& [part, want] : cases) {
        EXPECT_EQ(sandbox.lines_about(part), want) << part;
    }
}

TEST(ValidateDiscovery, ServicesMayHaveTasksInPlaceOfEndpoints) {
    const Sandbox sandbox;
    const std::string discovery = kGood;
    EXPECT_EQ(sandbox.lines_about("services: { shop: { swarm: web, port: 80 } }\n" + discovery),
              "");
    EXPECT_EQ(sandbox.lines_about("services: { shop: { swarm: web } }\n" + discovery),
              "1:28 services.shop.swarm: no port that its tasks listen on; add 'port: ...'\n");
    EXPECT_EQ(sandbox.lines_about("services: { shop: { swarm: web, port: 80 } }\n"),
              "1:28 services.shop.swarm: nobody says which tasks it has; name a 'snapshot' under "
              "'discovery'\n");
    EXPECT_EQ(sandbox.lines_about(
                  "services: { shop: { swarm: web, port: 80, endpoints: [ '10.0.0.1:80' ] } }\n" +
                  discovery),
              "1:54 services.shop.endpoints: the endpoints are the tasks of 'web'; keep one of the "
              "two\n");
    EXPECT_EQ(
        sandbox.lines_about("services: { shop: { port: 80, endpoints: [ '10.0.0.1:80' ] } }\n"),
        "1:27 services.shop.port: the port of tasks, and no service that they are of; add "
        "'swarm: ...', or write the port behind each endpoint\n");
}

// portcullis-discovery opens no certificate, and cannot do without its section.
TEST(LoadDiscovery, JudgesItsSectionOnly) {
    const Sandbox sandbox;
    constexpr const char* kSigns =
        "discovery: { snapshot: s, signing_key: k, networks: [ edge ] }\n";
    const std::string tls = "tls: { certificates: [ { certificate: none, key: none } ] }\n";
    EXPECT_NE(load_discovery(sandbox.dir().write("a.yaml", tls + kSigns)).config, nullptr);
    const Loaded follows = load_discovery(sandbox.dir().write("c.yaml", tls + kGood));
    ASSERT_EQ(follows.diagnostics.size(), 1U);
    EXPECT_EQ(follows.diagnostics[0].path, "discovery.signing_key") << "it has to sign";
    const Loaded loaded = load_discovery(sandbox.dir().write("b.yaml", tls));
    EXPECT_EQ(loaded.config, nullptr);
    ASSERT_EQ(loaded.diagnostics.size(), 1U);
    EXPECT_EQ(loaded.diagnostics[0].wrong, "no snapshot is named");
}

}  // namespace
}  // namespace portcullis
