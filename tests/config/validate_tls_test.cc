#include "config/certificate.h"
#include "config/validate.h"
#include "tests/config/sandbox.h"

#include <gtest/gtest.h>

#include <ctime>

namespace portcullis {
namespace {

using test::KeyKind;
using test::Sandbox;
using namespace std::chrono_literals;

constexpr std::string_view kCertificates =
    "tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }\n";

std::string day_after(std::chrono::seconds from_now) {
    const std::time_t then =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() + from_now);
    std::tm parts{};
    ::gmtime_r(&then, &parts);
    std::array<char, 16> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d", &parts);
    return text.data();
}

std::string say_of_dates(std::chrono::seconds from, std::chrono::seconds until) {
    const Sandbox sandbox;
    (void)sandbox.ca().issue_into(sandbox.dir(), "shop",
                                  {.names = {"shop.example.com"}, .from = from, .until = until});
    return sandbox.say_about(kCertificates);
}

const std::string kExcerpt =
    "    tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }\n"
    "                                          ^ ";
const std::string kPlace = "portcullis.yaml:1:39: ";

TEST(ValidateCertificates, JudgesTheirDates) {
    EXPECT_EQ(say_of_dates(-48h, -24h),
              kPlace + "error: tls.certificates[0].certificate: 'shop.pem' expired on " +
                  day_after(-24h) + "\n" + kExcerpt + "renew it\n");
    EXPECT_EQ(say_of_dates(24h, 48h),
              kPlace + "error: tls.certificates[0].certificate: 'shop.pem' is not valid before " +
                  day_after(24h) + "\n" + kExcerpt + "wait, or check this machine's clock\n");
    EXPECT_EQ(say_of_dates(-1h, 24h * 14 - 60s),
              kPlace + "warning: tls.certificates[0].certificate: 'shop.pem' expires on " +
                  day_after(24h * 14 - 60s) + "\n" + kExcerpt + "renew it soon\n");
    EXPECT_EQ(say_of_dates(-1h, 24h * 14 + 60s), "");
}

TEST(ValidateCertificates, NoneIsAnError) {
    const Sandbox sandbox;
    EXPECT_EQ(
        sandbox.say_about("tls: { certificates: [] }\n"),
        "portcullis.yaml:1:22: error: tls.certificates: no certificates: no client could connect\n"
        "    tls: { certificates: [] }\n"
        "                         ^ add an entry with 'certificate' and 'key'\n");
}

TEST(ValidateCertificates, OfTwoOfOneKindForANameTheFirstIsShown) {
    const Sandbox sandbox;
    sandbox.issue("again", {"again.example.com", "shop.example.com"});
    EXPECT_EQ(
        sandbox.say_about("tls:\n  certificates:\n    - { certificate: shop.pem, key: shop.key }\n"
                          "    - { certificate: again.pem, key: again.key }\n"),
        "portcullis.yaml:4:22: warning: tls.certificates[1].certificate: 'shop.example.com' is in "
        "'shop.pem' as well, both ECDSA: clients are shown that one, because it comes first\n"
        "        - { certificate: again.pem, key: again.key }\n"
        "                         ^ keep one of them, or put the one to be shown first\n");
}

TEST(ValidateCertificates, AKeyOnACurveThatNoClientSpeaksIsAnError) {
    const Sandbox sandbox;
    sandbox.issue("coin", {"shop.example.com"}, KeyKind::ecdsa_secp256k1);
    EXPECT_EQ(
        sandbox.say_about("tls: { certificates: [ { certificate: coin.pem, key: coin.key } ] }\n"),
        "portcullis.yaml:1:54: error: tls.certificates[0].key: a key on the curve 'secp256k1', "
        "which clients do not speak\n"
        "    tls: { certificates: [ { certificate: coin.pem, key: coin.key } ] }\n"
        "                                                         ^ make an ECDSA key on the "
        "curve P-256\n");
}

TEST(ValidateCertificates, EcdsaAndRsaForOneNameAreFine) {
    const Sandbox sandbox;
    sandbox.issue("rsa", {"shop.example.com"}, KeyKind::rsa_2048);
    EXPECT_EQ(
        sandbox.say_about("tls:\n  certificates:\n    - { certificate: shop.pem, key: shop.key }\n"
                          "    - { certificate: rsa.pem, key: rsa.key }\n"),
        "");
}

TEST(ValidateCertificates, AChainOutOfOrderIsAWarning) {
    const Sandbox sandbox;
    const auto issued = sandbox.ca().issue({.names = {"shop.example.com"}, .until = 24h * 30});
    const test::TestCa stranger{KeyKind::rsa_2048};
    sandbox.dir().write("shop.key", issued.key_pem);
    // Test authorities may share a name, so the stranger between leaf and issuer is another leaf.
    const auto other = sandbox.ca().issue({.names = {"other.example.com"}, .until = 24h * 30});
    const std::string leaf = issued.certificate_pem.substr(
        0, issued.certificate_pem.find("-----END CERTIFICATE-----") + 26);
    sandbox.dir().write("shop.pem", leaf + other.certificate_pem);
    EXPECT_EQ(
        sandbox.say_about(kCertificates),
        kPlace +
            "warning: tls.certificates[0].certificate: the chain in 'shop.pem' is out of order\n" +
            kExcerpt + "put the leaf first, then its issuer, then the issuer's issuer\n");
}

TEST(ValidateCertificates, ANamelessOneIsAWarning) {
    const Sandbox sandbox;
    sandbox.issue("nameless", {"*.com"});
    EXPECT_EQ(
        sandbox.say_about("tls:\n  certificates:\n    - { certificate: shop.pem, key: shop.key }\n"
                          "    - { certificate: nameless.pem, key: nameless.key }\n"),
        "portcullis.yaml:4:22: warning: tls.certificates[1].certificate: 'nameless.pem' has no "
        "name that a client "
        "could ask for\n"
        "        - { certificate: nameless.pem, key: nameless.key }\n"
        "                         ^ names are read from its subjectAltName; its common name does "
        "not count\n");
}

TEST(ValidateCoverage, AHostWithoutCertificateIsAnErrorOrAWarning) {
    const Sandbox sandbox;
    EXPECT_EQ(sandbox.say_about("routes: [ { host: a.example.com, service: shop } ]\n"),
              "portcullis.yaml:1:19: error: routes[0].host: no certificate covers 'a.example.com', "
              "so that clients "
              "never reach it\n"
              "    routes: [ { host: a.example.com, service: shop } ]\n"
              "                      ^ add a certificate with this name\n");
    EXPECT_EQ(sandbox.say_about(
                  "routes: [ { host: a.example.com, service: shop } ]\n"
                  "tls: { certificates: [ { certificate: shop.pem, key: shop.key } ], unknown_sni: "
                  "default_certificate }\n"),
              "portcullis.yaml:1:19: warning: routes[0].host: no certificate covers "
              "'a.example.com': clients see the "
              "default one and may refuse it\n"
              "    routes: [ { host: a.example.com, service: shop } ]\n"
              "                      ^ add a certificate with this name\n");
}

TEST(ValidateCoverage, AnAddressIsReachedByTheDefaultCertificateOnly) {
    const Sandbox sandbox;
    sandbox.issue("shop", {"shop.example.com", "10.0.0.1"});
    const std::string route = "routes: [ { host: 10.0.0.1, service: shop } ]\n";
    EXPECT_EQ(
        sandbox.say_about(route),
        "portcullis.yaml:1:19: error: routes[0].host: clients never reach '10.0.0.1': they send no "
        "SNI for an "
        "address\n"
        "    routes: [ { host: 10.0.0.1, service: shop } ]\n"
        "                      ^ route a name, or set tls.unknown_sni to default_certificate\n");
    EXPECT_EQ(sandbox.say_about(
                  route + "tls: { certificates: [ { certificate: shop.pem, key: shop.key } ], "
                          "unknown_sni: default_certificate }\n"),
              "");
}

TEST(ValidateCoverage, FollowsTheRulesOfWildcards) {
    const std::tuple<const char*, const char*, bool> cases[] = {
        {"*.example.com", "a.example.com", true},    {"*.example.com", "a.b.example.com", false},
        {"*.example.com", "example.com", false},     {"*.example.com", "*.example.com", true},
        {"a.example.com", "*.example.com", true},    {"*.a.example.com", "*.example.com", true},
        {"*.example.com", "*.a.example.com", false}, {"example.com", "*.example.com", false},
    };
    for (const auto& [certificate, host, covered] : cases) {
        const Sandbox sandbox;
        sandbox.issue("shop", {certificate});
        const std::string said =
            sandbox.say_about("routes: [ { host: '" + std::string{host} + "', service: shop } ]\n");
        EXPECT_EQ(said.empty(), covered) << certificate << " for " << host << "\n" << said;
    }
}

TEST(ValidateRevocations, BelongToTheAuthoritiesAndAreOfToday) {
    const test::Sandbox sandbox;
    const test::TestCa other;
    sandbox.dir().write("ca.pem", sandbox.ca().certificate_pem());
    sandbox.dir().write("today.pem", sandbox.ca().revoke({}));
    sandbox.dir().write("old.pem", sandbox.ca().revoke({}, -std::chrono::hours{1}));
    sandbox.dir().write("other.pem", other.revoke({}));
    const auto said = [&](const std::string& list) {
        return sandbox.lines_about(
            "routes:\n  - { host: shop.example.com, service: shop, client_certificate: required, "
            "client_ca: ca.pem, client_crl: " +
            list + " }\n");
    };
    EXPECT_EQ(said("today.pem"), "");
    EXPECT_EQ(said("old.pem"),
              "?2:107 routes[0].client_crl: 'old.pem' is out of date: every request that it is "
              "needed for is refused; replace it by a newer one\n");
    EXPECT_EQ(said("other.pem"),
              "2:107 routes[0].client_crl: 'other.pem' has a list that none of the authorities in "
              "'ca.pem' has issued; name the revocation list of these authorities as "
              "'client_crl'\n");
}

}  // namespace
}  // namespace portcullis
