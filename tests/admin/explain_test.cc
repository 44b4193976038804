#include "admin/explain.h"

#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

CertificateFile certificate(const std::string& name, KeyType type,
                            const std::vector<std::string>& names) {
    Certificate made;
    made.key_type = type;
    for (const std::string& one : names) {
        made.names.push_back(HostPattern::parse(one).value());
    }
    return {name + ".pem", name + ".key", std::make_shared<const Certificate>(std::move(made))};
}

std::shared_ptr<Config> clinic() {
    auto config = std::make_shared<Config>();
    config->tls.certificates.push_back(
        certificate("portal.ecdsa", KeyType::ecdsa, {"portal.clinic.example"}));
    config->tls.certificates.push_back(
        certificate("portal.rsa", KeyType::rsa, {"portal.clinic.example"}));
    config->tls.certificates.push_back(
        certificate("wards", KeyType::ecdsa, {"*.wards.clinic.example"}));
    config->services.emplace_back().name = "portal";
    config->services.back().endpoints = {{SocketAddress::parse("10.0.1.4:8080").value()}};
    config->services.emplace_back().name = "empty";
    config->routes.push_back({HostPattern::parse("portal.clinic.example").value(), "/", "portal"});
    config->routes.push_back({HostPattern::parse("*.wards.clinic.example").value(), "/x", "empty"});
    config->trusted_proxies = {Cidr::parse("10.9.0.0/16").value()};
    return config;
}

Explanation asked(const std::string& url, std::optional<std::string> sni = std::nullopt,
                  std::optional<IpAddress> client = std::nullopt) {
    return explain(clinic(), {parse_target(url).value(), std::move(sni), client}).value();
}

TEST(Explain, AForwardedRequestNamesCertificatesRouteAndReasons) {
    const Explanation x = asked("https://portal.clinic.example/a");
    ASSERT_EQ(x.certificates.size(), 2U) << "one for each key type";
    EXPECT_EQ(x.certificates[1]->certificate, "portal.rsa.pem");
    EXPECT_EQ(x.certificate_why, "exact: the SNI 'portal.clinic.example' is one of its names");
    ASSERT_NE(x.route(), nullptr);
    EXPECT_EQ(x.service()->name, "portal");
    EXPECT_EQ(x.route_why,
              "exact: the host 'portal.clinic.example', and '/' is the longest path that '/a' "
              "begins with");
    EXPECT_EQ(x.answer, "forwarded");
    EXPECT_TRUE(x.remarks.empty());
}

TEST(Explain, EachRefusalHasItsAnswer) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"https://nope.example/", "alert unrecognized_name",
         "no certificate has the name 'nope.example', and tls.unknown_sni is refuse"},
        {"https://a.b.wards.clinic.example/x", "alert unrecognized_name",
         "no certificate has the name 'a.b.wards.clinic.example', and tls.unknown_sni is refuse"},
        {"https://10.0.0.1/", "alert unrecognized_name",
         "no SNI is sent, and tls.unknown_sni is refuse"},
        {"https://a.wards.clinic.example/", "404",
         "wildcard: '*.wards.clinic.example' covers the SNI 'a.wards.clinic.example'"},
        {"https://a.wards.clinic.example/x", "503",
         "wildcard: '*.wards.clinic.example' covers the SNI 'a.wards.clinic.example'"},
    };
    for (const auto& [url, answer, why] : cases) {
        const Explanation x = asked(url);
        EXPECT_EQ(x.answer, answer) << url;
        EXPECT_EQ(x.certificate_why, why) << url;
    }
}

TEST(Explain, TheHostDecidesTheRouteWhateverTheSni) {
    const Explanation other = asked("https://other.example/", "portal.clinic.example");
    EXPECT_EQ(other.answer, "421");
    EXPECT_EQ(
        other.remarks,
        (std::vector<std::string>{
            "SNI and Host differ: the SNI chose the certificate, the Host chooses the route",
            "the certificate does not cover 'other.example': a client that checks it gives up"}));
    EXPECT_EQ(asked("https://portal.clinic.example/", "a.wards.clinic.example").answer,
              "forwarded");
    EXPECT_EQ(asked("https://portal.clinic.example/", "").answer, "alert unrecognized_name");
    EXPECT_EQ(asked("https://portal.clinic.example/", "PORTAL.clinic.example.").remarks.size(), 0U);
}

TEST(Explain, AnUnknownNameMayGetTheDefaultCertificate) {
    const auto config = clinic();
    config->tls.unknown_sni = UnknownSni::default_certificate;
    const auto x =
        explain(config, {parse_target("nope.example").value(), std::nullopt, std::nullopt}).value();
    EXPECT_EQ(x.certificates.size(), 2U);
    EXPECT_EQ(x.certificate_why, "default: no certificate has the name 'nope.example'");
    EXPECT_EQ(x.answer, "421");
    EXPECT_EQ(explain(config, {parse_target("10.0.0.1").value(), std::nullopt, std::nullopt})
                  ->certificate_why,
              "default: no SNI is sent");
}

TEST(Explain, SaysWhoseForwardedHeadersAreBelieved) {
    const std::string url = "https://portal.clinic.example/";
    EXPECT_EQ(asked(url).client, "believed from 10.9.0.0/16");
    EXPECT_EQ(asked(url).trusted, std::nullopt);
    const Explanation near = asked(url, std::nullopt, IpAddress::parse("10.9.1.1").value());
    EXPECT_EQ(near.client, "10.9.1.1 is believed: it is in 10.9.0.0/16 of trusted_proxies");
    EXPECT_EQ(near.trusted, true);
    const Explanation far = asked(url, std::nullopt, IpAddress::parse("192.0.2.1").value());
    EXPECT_EQ(far.client, "192.0.2.1 is not believed: it is in none of trusted_proxies");
    EXPECT_EQ(far.trusted, false);
}

TEST(Explain, RefusesAnSniThatIsNoName) {
    const auto x =
        explain(clinic(), {parse_target("portal.clinic.example").value(), "a b", std::nullopt});
    ASSERT_FALSE(x);
    EXPECT_EQ(x.error().text,
              "'a b' is not a host name: it has a character that names do not have");
}

}  // namespace
}  // namespace portcullis::admin
