#include "config/load.h"

#include "config/certificate.h"
#include "config/read.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

#include <unistd.h>

namespace portcullis {
namespace {

using test::Sandbox;

constexpr std::string_view kSmallest = R"(tls:
  certificates:
    - { certificate: shop.pem, key: shop.key }
services:
  shop:
    endpoints: [ "10.0.1.4:8080", "[2001:db8::1]:8080" ]
routes:
  - { host: shop.example.com, service: shop }
)";

TEST(Load, TheSmallestUsefulFileHasNothingToComplainAbout) {
    const Sandbox sandbox;
    const Loaded loaded = sandbox.load(kSmallest);
    EXPECT_EQ(render(loaded.diagnostics, loaded.text), "");
    ASSERT_NE(loaded.config, nullptr);
    EXPECT_EQ(loaded.text, kSmallest);
    ASSERT_EQ(loaded.config->services.size(), 1U);
    EXPECT_EQ(loaded.config->services[0].name, "shop");
    EXPECT_EQ(loaded.config->services[0].endpoints[1].address.text(), "[2001:db8::1]:8080");
    ASSERT_NE(loaded.config->tls.certificates.at(0).loaded, nullptr);
    EXPECT_EQ(loaded.config->tls.certificates[0].loaded->names.at(0).text(), "shop.example.com");
    EXPECT_EQ(loaded.config->tls.certificates[0].key, sandbox.dir().path() / "shop.key")
        << "relative to the file, wherever the process runs";
}

TEST(Load, AByteOrderMarkIsNoMistake) {
    const Sandbox sandbox;
    EXPECT_EQ(sandbox.say("\xEF\xBB\xBF" + std::string{kSmallest}), "");
}

TEST(Load, WindowsLineEndsAreNoMistake) {
    const Sandbox sandbox;
    std::string yaml;
    for (const char c : kSmallest) {
        yaml += c == '\n' ? "\r\n" : std::string(1, c);
    }
    EXPECT_EQ(sandbox.say(yaml), "");
}

TEST(Load, SaysWhyTheFileCannotBeRead) {
    const Sandbox sandbox;
    const std::string folder = sandbox.dir().path().string();
    const Loaded directory = load(folder);
    EXPECT_EQ(directory.config, nullptr);
    EXPECT_EQ(render(directory.diagnostics, ""),
              folder + ": error: cannot read " + folder + ": Is a directory\n");
    EXPECT_EQ(
        render(load("/nonexistent.yaml").diagnostics, ""),
        "/nonexistent.yaml: error: cannot open /nonexistent.yaml: No such file or directory\n");
    EXPECT_EQ(sandbox.say(std::string((4U << 20U) + 1, '#')).substr(0, 23),
              "portcullis.yaml: error:");
}

TEST(Load, SaysWhichCertificateFilesCannotBeReadAndAsksNothingMoreOfThem) {
    const Sandbox sandbox;
    EXPECT_EQ(sandbox.say_about("tls: { certificates: [ { certificate: nope.pem, key: "
                                "../portcullis-absent/shop.key } ] }\n"),
              "portcullis.yaml:1:39: error: tls.certificates[0].certificate: cannot open nope.pem: "
              "No such file or "
              "directory\n"
              "    tls: { certificates: [ { certificate: nope.pem, key: "
              "../portcullis-absent/shop.key } ] }\n"
              "                                          ^ relative paths start at the "
              "configuration's folder\n"
              "portcullis.yaml:1:54: error: tls.certificates[0].key: cannot open " +
                  (sandbox.dir().path().parent_path() / "portcullis-absent/shop.key").string() +
                  ": No such file or directory\n"
                  "    tls: { certificates: [ { certificate: nope.pem, key: "
                  "../portcullis-absent/shop.key } ] }\n"
                  "                                                         ^ relative paths start "
                  "at the "
                  "configuration's folder\n");
}

TEST(Load, NamesBothFilesOfAPairThatDoesNotFit) {
    const Sandbox sandbox;
    sandbox.issue("other", {"other.example.com"});
    EXPECT_EQ(
        sandbox.say_about("tls: { certificates: [ { certificate: shop.pem, key: other.key } ] }\n"),
        "portcullis.yaml:1:24: error: tls.certificates[0]: 'shop.pem' with 'other.key': the key "
        "does not belong "
        "to the certificate\n"
        "    tls: { certificates: [ { certificate: shop.pem, key: other.key } ] }\n"
        "                           ^ they must be made together\n");
}

TEST(Load, WarnsOfAKeyThatEverybodyMayRead) {
    const Sandbox sandbox;
    std::filesystem::permissions(sandbox.dir().path() / "shop.key", std::filesystem::perms{0644});
    EXPECT_EQ(sandbox.say(kSmallest),
              "portcullis.yaml:3:37: warning: tls.certificates[0].key: everybody on this machine "
              "may read 'shop.key'\n"
              "        - { certificate: shop.pem, key: shop.key }\n"
              "                                        ^ chmod o-r it\n");
    EXPECT_NE(sandbox.load(kSmallest).config, nullptr) << "a warning stops nothing";
}

TEST(Load, ReportsAllMistakesInTheOrderOfTheFile) {
    const Sandbox sandbox;
    EXPECT_EQ(
        sandbox.say_about("limits: { headers: x }\nservices: { shop: {} }\nlog: { access: [] }\n"),
        "portcullis.yaml:1:20: error: limits.headers: 'x' is not a whole number\n"
        "    limits: { headers: x }\n"
        "                       ^\n"
        "portcullis.yaml:2:13: error: services.shop.endpoints: the key is missing\n"
        "    services: { shop: {} }\n"
        "                ^ add 'endpoints: ...', or 'swarm' and 'port'\n"
        "portcullis.yaml:3:16: error: log.access: a list where a single value belongs\n"
        "    log: { access: [] }\n"
        "                   ^ write one word or number\n");
}

TEST(Load, StopsCountingMistakesSomewhere) {
    const Sandbox sandbox;
    std::string yaml = "routes:\n";
    for (int i = 0; i < 2000; ++i) {
        yaml += "  - { host: shop.example.com, service: x" + std::to_string(i) + " }\n";
    }
    const Loaded loaded = sandbox.load(yaml);
    EXPECT_EQ(loaded.diagnostics.size(), kDiagnosticsMax + 1);
    EXPECT_EQ(loaded.diagnostics.back().wrong, "more mistakes than are shown");
    EXPECT_EQ(loaded.config, nullptr);
}

TEST(LoadFirewall, OpensNoCertificateAndAsksForNoService) {
    const Sandbox sandbox;
    sandbox.dir().write("firewall.yaml",
                        "tls: { certificates: [ { certificate: none.pem, key: none.key } ] }\n"
                        "firewall: { mode: published, management: { from: [ 10.9.0.0/24 ] } }\n");
    const Loaded loaded = load_firewall(sandbox.dir().path() / "firewall.yaml");
    EXPECT_EQ(render(loaded.diagnostics, loaded.text), "");
    ASSERT_NE(loaded.config, nullptr);
    EXPECT_EQ(loaded.config->firewall.mode, FirewallMode::published);
    EXPECT_EQ(loaded.config->firewall.management.from.at(0).text(), "10.9.0.0/24");
}

TEST(LoadFirewall, TakesTextThatIsInNoFile) {
    const Loaded loaded =
        load_firewall_text("firewall: { feeds: [ feed.txt ] }\n", "/nonexistent/portcullis.yaml");
    ASSERT_NE(loaded.config, nullptr) << render(loaded.diagnostics, loaded.text);
    EXPECT_EQ(loaded.config->firewall.feeds.at(0), "/nonexistent/feed.txt");
}

TEST(LoadFirewall, FindsMistakesOfTheTextAnywhereAndOfTheSectionItself) {
    const Sandbox sandbox;
    const auto said = [&](std::string_view yaml) {
        sandbox.dir().write("f.yaml", yaml);
        const Loaded loaded = load_firewall(sandbox.dir().path() / "f.yaml");
        EXPECT_EQ(loaded.config, nullptr) << yaml;
        EXPECT_EQ(loaded.diagnostics.size(), 1U) << yaml;
        return loaded.diagnostics.at(0).path + ": " + loaded.diagnostics.at(0).wrong;
    };
    EXPECT_EQ(said("rutes: []\nfirewall: { mode: edge }\n"), "rutes: unknown key");
    EXPECT_EQ(said("firewall: { mode: egde }\n"), "firewall.mode: 'egde' is not a choice here");
    EXPECT_EQ(said("firewall: { inside: [ docker0 ] }\n"),
              "firewall.inside: without 'lo' this machine cannot talk to itself");
    EXPECT_EQ(said("firewall: { listener: /usr/sbin/portcullis-proxy }\n"),
              "firewall.listener: '/usr/sbin/portcullis-proxy' is not the name of a file");
    EXPECT_EQ(said("tls: {}\n"), "firewall: the section is missing");
    EXPECT_EQ(said(""), ": the file is empty");
}

}  // namespace
}  // namespace portcullis
