#include "proxy/tls/contexts.h"

#include "tests/proxy/tls/server_side.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

using test::KeyKind;
using test::TlsPeer;

struct Outcome {
    Want want;
    std::string version;
    std::string alpn;
    std::string cipher;
    bool refused_sni;
};

Outcome meet(const Contexts& contexts, TlsPeer& peer) {
    test::ServerSide server{contexts};
    const Want want = server.shake(peer);
    return {want, std::string{server.session.version()}, std::string{server.session.alpn()},
            std::string{server.session.cipher()}, server.session.refused_sni()};
}

std::unique_ptr<Contexts> shop(const std::function<void(TlsConfig&)>& change = {}) {
    auto config = test::shop_config();
    if (change) {
        change(config->tls);
    }
    return Contexts::make(config).value();
}

TlsPeer::Setup versions(int lowest, int highest) {
    return [=](SSL* ssl) {
        SSL_set_security_level(ssl, 0);  // lets OpenSSL offer what is older than it likes
        SSL_set_min_proto_version(ssl, lowest);
        SSL_set_max_proto_version(ssl, highest);
    };
}

TlsPeer::Setup offers_alpn(const std::string& wire) {
    return [=](SSL* ssl) {
        SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(wire.data()),
                            static_cast<unsigned>(wire.size()));
    };
}

TEST(Contexts, ShowTheCertificateOfTheNameAskedFor) {
    auto config = std::make_shared<Config>();
    const test::TestCa ca;
    for (const std::string name : {"exact.test", "*.wide.test", "one.wide.test"}) {
        config->tls.certificates.push_back(test::loaded(ca.issue({.names = {name}})));
    }
    const auto contexts = Contexts::make(config).value();
    for (const auto& [asked, shown] :
         std::vector<std::pair<std::string, std::string>>{{"exact.test", "exact.test"},
                                                          {"EXACT.test", "exact.test"},
                                                          {"any.wide.test", "else.wide.test"},
                                                          {"one.wide.test", "one.wide.test"}}) {
        TlsPeer peer{asked};
        EXPECT_EQ(meet(*contexts, peer).want, Want::nothing) << asked;
        EXPECT_TRUE(peer.certificate_names(shown)) << asked;
    }
    TlsPeer peer{"one.wide.test"};
    meet(*contexts, peer);
    EXPECT_FALSE(peer.certificate_names("else.wide.test")) << "the exact one, not the wildcard";
}

TEST(Contexts, ShowTheKeyTypeThatTheClientUnderstandsAndPreferEcdsa) {
    auto config = std::make_shared<Config>();
    const test::TestCa ca;
    for (const KeyKind kind : {KeyKind::rsa_2048, KeyKind::ecdsa_p256}) {
        config->tls.certificates.push_back(
            test::loaded(ca.issue({.names = {"shop.test"}, .key = kind})));
    }
    const auto contexts = Contexts::make(config).value();
    const auto shown = [&](const TlsPeer::Setup& setup) {
        TlsPeer peer{"shop.test", setup};
        meet(*contexts, peer);
        return peer.certificate_type();
    };
    const auto understands = [](int version, const char* algorithms) {
        return [=](SSL* ssl) {
            SSL_set_max_proto_version(ssl, version);
            SSL_set1_sigalgs_list(ssl, algorithms);
        };
    };
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        EXPECT_EQ(shown(understands(version, "ECDSA+SHA256:RSA-PSS+SHA256")), EVP_PKEY_EC);
        EXPECT_EQ(shown(understands(version, "RSA-PSS+SHA256:RSA+SHA256")), EVP_PKEY_RSA);
    }
    EXPECT_EQ(shown({}), EVP_PKEY_EC);
}

TEST(Contexts, RefuseANameTheyHaveNoCertificateFor) {
    const auto contexts = shop();
    for (const std::string name : {"unknown.test", "a.b.clinic.test", "", "no_name!"}) {
        TlsPeer peer{name};
        const Outcome outcome = meet(*contexts, peer);
        EXPECT_EQ(outcome.want, Want::failed) << name;
        EXPECT_TRUE(outcome.refused_sni) << name;
        EXPECT_EQ(peer.alert(), SSL_AD_UNRECOGNIZED_NAME) << name;
    }
}

TEST(Contexts, ShowTheDefaultCertificateToOthersWhenToldTo) {
    const auto contexts =
        shop([](TlsConfig& tls) { tls.unknown_sni = UnknownSni::default_certificate; });
    for (const std::string name : {"unknown.test", ""}) {
        TlsPeer peer{name};
        EXPECT_EQ(meet(*contexts, peer).want, Want::nothing) << name;
        EXPECT_TRUE(peer.certificate_names("shop.test")) << name;
    }
}

TEST(Contexts, SpeakTls12And13AndNothingOlder) {
    const auto contexts = shop();
    for (const auto& [version, name] :
         {std::pair{TLS1_2_VERSION, "TLSv1.2"}, std::pair{TLS1_3_VERSION, "TLSv1.3"}}) {
        TlsPeer peer{"shop.test", versions(version, version)};
        const Outcome outcome = meet(*contexts, peer);
        EXPECT_EQ(outcome.want, Want::nothing) << name;
        EXPECT_EQ(outcome.version, name);
    }
    TlsPeer old{"shop.test", versions(TLS1_VERSION, TLS1_1_VERSION)};
    EXPECT_EQ(meet(*contexts, old).want, Want::failed);
    EXPECT_EQ(old.alert(), SSL_AD_PROTOCOL_VERSION);
}

TEST(Contexts, RefuseTls12WhenTheMinimumIs13) {
    const auto contexts = shop([](TlsConfig& tls) { tls.minimum_version = TlsVersion::tls13; });
    TlsPeer before{"shop.test", versions(TLS1_2_VERSION, TLS1_2_VERSION)};
    EXPECT_EQ(meet(*contexts, before).want, Want::failed);
    EXPECT_EQ(before.alert(), SSL_AD_PROTOCOL_VERSION);
    TlsPeer now{"shop.test"};
    EXPECT_EQ(meet(*contexts, now).want, Want::nothing);
}

TEST(Contexts, AgreeOnHttp11AndRefuseAClientThatSpeaksOnlyOthers) {
    const auto contexts = shop();
    TlsPeer both{"shop.test", offers_alpn("\x02h2\x08http/1.1")};
    EXPECT_EQ(meet(*contexts, both).alpn, "h2");
    TlsPeer old{"shop.test", offers_alpn("\x08http/1.1")};
    EXPECT_EQ(meet(*contexts, old).alpn, "http/1.1");
    TlsPeer older{"shop.test", offers_alpn("\x08http/1.0")};
    EXPECT_EQ(meet(*contexts, older).alpn, "http/1.0");
    TlsPeer any{"shop.test", offers_alpn("\x08http/1.0\x08http/1.1")};
    EXPECT_EQ(meet(*contexts, any).alpn, "http/1.1");
    TlsPeer none{"shop.test"};
    EXPECT_EQ(meet(*contexts, none).alpn, "");
    TlsPeer other{"shop.test", offers_alpn("\x02h3\x04spdy")};
    EXPECT_EQ(meet(*contexts, other).want, Want::failed);
    EXPECT_EQ(other.alert(), SSL_AD_NO_APPLICATION_PROTOCOL);
}

TEST(Contexts, ChooseTheCipherThemselvesUnlessTheClientLacksAesInHardware) {
    const auto contexts = shop();
    const auto agreed = [&](const char* suites) {
        TlsPeer peer{"shop.test", [=](SSL* ssl) { SSL_set_ciphersuites(ssl, suites); }};
        return meet(*contexts, peer).cipher;
    };
#if defined(__x86_64__)
    if (__builtin_cpu_supports("aes") > 0) {
        EXPECT_EQ(agreed("TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256"), "TLS_AES_128_GCM_SHA256")
            << "the client's order is the other one";
    }
#endif
    EXPECT_EQ(agreed("TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"),
              "TLS_CHACHA20_POLY1305_SHA256")
        << "a client that puts ChaCha20 first has a reason";
}

TEST(Contexts, HaveNoCipherWithoutForwardSecrecyOrAuthenticatedEncryption) {
    const auto contexts = shop();
    for (const char* cipher : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA", "aNULL"}) {
        TlsPeer peer{"shop.test", [=](SSL* ssl) {
                         versions(TLS1_2_VERSION, TLS1_2_VERSION)(ssl);
                         SSL_set_cipher_list(ssl, cipher);
                     }};
        EXPECT_EQ(meet(*contexts, peer).want, Want::failed) << cipher;
    }
}

std::shared_ptr<Config> three_sites() {
    auto config = std::make_shared<Config>();
    const test::TestCa ca;
    for (const std::string name : {"one.test", "two.test", "three.test"}) {
        config->tls.certificates.push_back(test::loaded(ca.issue({.names = {name}})));
    }
    return config;
}

TEST(Contexts, AreTakenOverForCertificatesThatStay) {
    const auto config = three_sites();
    auto before = Contexts::make(config).value();
    EXPECT_EQ(before->made(), 3U);
    auto renewed = std::make_shared<Config>(*config);
    const test::Issued fresh = test::TestCa{}.issue({.names = {"two.test", "new.test"}});
    renewed->tls.certificates[1] = test::loaded(fresh);
    // As a reload reads them: equal, but not the same objects.
    const auto& stays = *config->tls.certificates[0].loaded;
    auto copy = std::make_shared<Certificate>();
    X509_up_ref(stays.leaf.get());
    copy->leaf.reset(stays.leaf.get());
    EVP_PKEY_up_ref(stays.key.get());
    copy->key.reset(stays.key.get());
    copy->key_type = stays.key_type;
    copy->names = stays.names;
    copy->fingerprint = stays.fingerprint;
    copy->digest = stays.digest;
    renewed->tls.certificates[0].loaded = copy;
    const auto after = Contexts::make(renewed, before.get()).value();
    EXPECT_EQ(after->made(), 1U) << "only that of the certificate that changed";
    before.reset();
    for (const std::string name : {"one.test", "two.test", "three.test", "new.test"}) {
        TlsPeer peer{name};
        EXPECT_EQ(meet(*after, peer).want, Want::nothing) << name;
        EXPECT_TRUE(peer.certificate_names(name)) << name;
    }
}

TEST(Contexts, AreAllMadeAnewWhenThePolicyChanges) {
    const auto config = three_sites();
    const auto before = Contexts::make(config).value();
    auto strict = std::make_shared<Config>(*config);
    strict->tls.minimum_version = TlsVersion::tls13;
    EXPECT_EQ(Contexts::make(strict, before.get()).value()->made(), 3U);
    auto old = std::make_shared<Config>(*config);
    old->tls.http2 = Switch::off;
    EXPECT_EQ(Contexts::make(old, before.get()).value()->made(), 3U);
}

TEST(Contexts, FinishHandshakesThatBeganUnderThemAlthoughTheyWereReplaced) {
    const auto config = three_sites();
    const auto before = Contexts::make(config).value();
    test::ServerSide server{*before};
    auto renewed = std::make_shared<Config>(*config);
    renewed->tls.certificates.erase(renewed->tls.certificates.begin());
    const auto after = Contexts::make(renewed, before.get()).value();
    TlsPeer peer{"one.test"};
    EXPECT_EQ(server.shake(peer), Want::nothing);
    EXPECT_TRUE(peer.certificate_names("one.test"));
    TlsPeer late{"one.test"};
    EXPECT_TRUE(meet(*after, late).refused_sni);
}

// The second ClientHello meets the context that the first one has chosen.
TEST(Contexts, AnswerAClientThatHasToBeAskedForAnotherKeyShare) {
    const auto config = three_sites();
    auto before = Contexts::make(config).value();
    const auto after = Contexts::make(config, before.get()).value();
    before.reset();
    TlsPeer peer{"two.test", [](SSL* ssl) { SSL_set1_groups_list(ssl, "X448:P-256"); }};
    EXPECT_EQ(meet(*after, peer).want, Want::nothing);
    EXPECT_TRUE(peer.certificate_names("two.test"));
}

TEST(Contexts, NeedACertificate) {
    const auto contexts = Contexts::make(std::make_shared<Config>());
    ASSERT_FALSE(contexts);
    EXPECT_EQ(contexts.error().text, "tls: there is no certificate");
}

}  // namespace
}  // namespace portcullis::tls
