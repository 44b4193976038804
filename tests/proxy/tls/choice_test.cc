#include "proxy/tls/choice.h"

#include <gtest/gtest.h>

namespace portcullis::tls {
namespace {

std::shared_ptr<const Certificate> certificate(KeyType type,
                                               const std::vector<std::string>& names) {
    Certificate made;
    made.key_type = type;
    for (const std::string& name : names) {
        made.names.push_back(HostPattern::parse(name).value());
    }
    return std::make_shared<const Certificate>(std::move(made));
}

TlsConfig config_of(const std::vector<std::shared_ptr<const Certificate>>& certificates,
                    UnknownSni unknown = UnknownSni::refuse) {
    TlsConfig tls;
    tls.unknown_sni = unknown;
    for (const auto& one : certificates) {
        tls.certificates.push_back({"c.pem", "c.key", one});
    }
    return tls;
}

TEST(Choices, AnExactNameGoesBeforeAWildcard) {
    const auto exact = certificate(KeyType::rsa, {"a.example.com"});
    const auto wide = certificate(KeyType::ecdsa, {"*.example.com"});
    const Choices choices{config_of({wide, exact})};
    ASSERT_NE(choices.find("a.example.com"), nullptr);
    EXPECT_EQ(choices.find("a.example.com")->rsa, exact.get());
    EXPECT_EQ(choices.find("a.example.com")->ecdsa, nullptr)
        << "the wildcard's ECDSA certificate does not join";
    ASSERT_NE(choices.find("b.example.com"), nullptr);
    EXPECT_EQ(choices.find("b.example.com")->ecdsa, wide.get());
}

TEST(Choices, AWildcardIsExactlyOneLabel) {
    const Choices choices{config_of({certificate(KeyType::ecdsa, {"*.example.com"})})};
    EXPECT_NE(choices.find("a.example.com"), nullptr);
    for (const char* name :
         {"a.b.example.com", "example.com", ".example.com", "com", "a.example.org", ".", ""}) {
        EXPECT_EQ(choices.find(name), nullptr) << name;
    }
}

TEST(Choices, BothKeyTypesOfANameAreOneChoice) {
    const auto ecdsa =
        certificate(KeyType::ecdsa, {"a.example.com", "b.example.com", "*.example.com"});
    const auto rsa = certificate(KeyType::rsa, {"a.example.com", "b.example.com"});
    const Choices choices{config_of({ecdsa, rsa})};
    const Choice* choice = choices.find("a.example.com");
    ASSERT_NE(choice, nullptr);
    EXPECT_EQ(choice->ecdsa, ecdsa.get());
    EXPECT_EQ(choice->rsa, rsa.get());
    EXPECT_EQ(choices.find("b.example.com"), choice)
        << "the same pair is the same object, whatever the name";
    EXPECT_NE(choices.find("c.example.com"), choice);
    EXPECT_EQ(choices.find("c.example.com")->rsa, nullptr);
    EXPECT_EQ(choices.all().size(), 2U);
}

TEST(Choices, AnUnknownNameIsRefusedUnlessADefaultIsAskedFor) {
    const auto first = certificate(KeyType::ecdsa, {"a.example.com"});
    const auto second = certificate(KeyType::ecdsa, {"b.example.com"});
    const Choices strict{config_of({first, second})};
    EXPECT_EQ(strict.find("c.example.com"), nullptr);
    EXPECT_EQ(strict.find(""), nullptr);
    EXPECT_FALSE(strict.find("a.example.com")->is_default);

    const Choices lenient{config_of({first, second}, UnknownSni::default_certificate)};
    ASSERT_NE(lenient.find("c.example.com"), nullptr);
    EXPECT_EQ(lenient.find("c.example.com")->ecdsa, first.get());
    EXPECT_EQ(lenient.find(""), lenient.find("a.example.com"));
    EXPECT_TRUE(lenient.find("")->is_default);
    EXPECT_FALSE(lenient.find("b.example.com")->is_default);
    EXPECT_EQ(lenient.all().size(), 2U);
}

TEST(Choices, TheDefaultHasBothKeyTypesOfItsFirstName) {
    const auto ecdsa = certificate(KeyType::ecdsa, {"a.example.com"});
    const auto rsa = certificate(KeyType::rsa, {"a.example.com"});
    const Choices choices{config_of({ecdsa, rsa}, UnknownSni::default_certificate)};
    EXPECT_EQ(choices.find("")->ecdsa, ecdsa.get());
    EXPECT_EQ(choices.find("")->rsa, rsa.get());
    EXPECT_EQ(choices.all().size(), 1U);
}

TEST(Choices, ANamelessCertificateServesAsDefaultOnly) {
    const auto nameless = certificate(KeyType::ecdsa, {});
    EXPECT_TRUE(Choices{config_of({nameless})}.all().empty());
    const Choices choices{config_of({nameless}, UnknownSni::default_certificate)};
    EXPECT_EQ(choices.find("a.example.com")->ecdsa, nameless.get());
}

TEST(Choices, KeepTheirCertificatesAlive) {
    auto only = certificate(KeyType::ecdsa, {"a.example.com"});
    const std::weak_ptr<const Certificate> watch = only;
    const auto choices = std::make_unique<Choices>(config_of({std::exchange(only, nullptr)}));
    EXPECT_FALSE(watch.expired());
    EXPECT_EQ(choices->find("a.example.com")->ecdsa, watch.lock().get());
}

TEST(Choices, WithoutCertificatesRefuseEveryName) {
    EXPECT_EQ(Choices{TlsConfig{}}.find("a.example.com"), nullptr);
    EXPECT_EQ(Choices{config_of({}, UnknownSni::default_certificate)}.find(""), nullptr);
}

}  // namespace
}  // namespace portcullis::tls
