#include "config/certificate.h"

#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace portcullis {
namespace {

using test::Issued;
using test::KeyKind;
using test::TestCa;

std::vector<std::string> texts(const std::vector<HostPattern>& names) {
    std::vector<std::string> result;
    for (const HostPattern& name : names) {
        result.push_back(name.text());
    }
    return result;
}

std::string refusal(std::string_view certificate, std::string_view key) {
    const auto parsed = parse_certificate(certificate, key);
    EXPECT_FALSE(parsed);
    EXPECT_EQ(ERR_peek_error(), 0U) << "an error left in the queue is blamed on a later connection";
    return parsed ? "" : parsed.error().text;
}

std::string encrypted(const std::string& key_pem) {
    const Handle<BIO, BIO_free_all> in{
        BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size()))};
    const Handle<EVP_PKEY, EVP_PKEY_free> key{
        PEM_read_bio_PrivateKey(in.get(), nullptr, nullptr, nullptr)};
    const Handle<BIO, BIO_free_all> out{BIO_new(BIO_s_mem())};
    std::string word = "secret";
    EXPECT_EQ(PEM_write_bio_PKCS8PrivateKey(out.get(), key.get(), EVP_aes_128_cbc(), word.data(),
                                            static_cast<int>(word.size()), nullptr, nullptr),
              1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

TEST(ParseCertificate, ReadsNamesKeyTypeAndTimes) {
    const TestCa ca;
    const Issued issued =
        ca.issue({.names = {"Shop.example.com", "*.clinic.example.com", "10.0.0.1", "2001:db8::1"},
                  .until = std::chrono::hours{24}});
    const auto parsed = parse_certificate(issued.certificate_pem, issued.key_pem);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(texts(parsed->names),
              (std::vector<std::string>{"shop.example.com", "*.clinic.example.com", "10.0.0.1",
                                        "2001:db8::1"}));
    EXPECT_EQ(parsed->key_type, KeyType::ecdsa);
    const auto now = std::chrono::system_clock::now();
    EXPECT_LT(parsed->not_before, now);
    EXPECT_GT(parsed->not_after, now + std::chrono::hours{23});
    EXPECT_LT(parsed->not_after, now + std::chrono::hours{25});
}

TEST(ParseCertificate, TellsRsaFromEcdsaAndOneCertificateFromAnother) {
    const TestCa ca;
    const Issued rsa = ca.issue({.names = {"a.example.com"}, .key = KeyKind::rsa_2048});
    const Issued ecdsa = ca.issue({.names = {"a.example.com"}});
    const auto first = parse_certificate(rsa.certificate_pem, rsa.key_pem);
    const auto second = parse_certificate(ecdsa.certificate_pem, ecdsa.key_pem);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->key_type, KeyType::rsa);
    EXPECT_NE(first->fingerprint, second->fingerprint);
    EXPECT_EQ(first->fingerprint, parse_certificate(rsa.certificate_pem, rsa.key_pem)->fingerprint);
}

TEST(ParseCertificate, KeepsTheWholeChainInItsOrder) {
    const TestCa ca;
    const Issued issued = ca.issue({.names = {"a.example.com"}});
    const TestCa other;
    const auto parsed = parse_certificate(issued.certificate_pem + ca.certificate_pem() +
                                              "\ntext between\n" + other.certificate_pem(),
                                          issued.key_pem);
    ASSERT_TRUE(parsed) << parsed.error().text;
    ASSERT_EQ(parsed->intermediates.size(), 2U);
    EXPECT_EQ(X509_check_issued(parsed->intermediates[0].get(), parsed->leaf.get()), X509_V_OK);
}

TEST(ParseCertificate, SkipsNamesThatNoClientCanAskFor) {
    const TestCa ca;
    const Issued issued = ca.issue(
        {.names = {"*.com", "a.example.com", "a.example.com", "f*o.example.com", "under stand"}});
    const auto parsed = parse_certificate(issued.certificate_pem, issued.key_pem);
    ASSERT_TRUE(parsed) << parsed.error().text;
    EXPECT_EQ(texts(parsed->names), (std::vector<std::string>{"a.example.com"}));
}

TEST(ParseCertificate, RefusesWithTheReason) {
    const TestCa ca;
    const Issued one = ca.issue({.names = {"a.example.com"}});
    const Issued two = ca.issue({.names = {"a.example.com"}});
    const Issued rsa = ca.issue({.names = {"a.example.com"}, .key = KeyKind::rsa_2048});
    std::string damaged = one.certificate_pem;
    damaged.replace(damaged.find('\n') + 1, 8, "AAAAAAAA");
    std::string bundle = one.certificate_pem;
    for (int i = 0; i < 11; ++i) {
        bundle += ca.certificate_pem();
    }
    const std::string reversed = ca.certificate_pem() + one.certificate_pem;

    EXPECT_EQ(refusal(one.certificate_pem, two.key_pem),
              "the key does not belong to the certificate; they must be made together");
    EXPECT_EQ(refusal(one.certificate_pem, rsa.key_pem),
              "the key does not belong to the certificate; they must be made together");
    EXPECT_EQ(refusal(reversed, one.key_pem),
              "the key belongs to a later certificate of the chain; put the leaf first, then its "
              "issuers");
    EXPECT_EQ(refusal(one.key_pem, one.certificate_pem),
              "a private key where the certificate should be; are the two swapped?");
    EXPECT_EQ(refusal(one.certificate_pem, one.certificate_pem),
              "a certificate where the private key should be; are the two swapped?");
    EXPECT_EQ(refusal("", one.key_pem),
              "no PEM certificate in it; it begins with -----BEGIN CERTIFICATE-----");
    EXPECT_EQ(refusal(one.certificate_pem, ""),
              "no PEM private key in it; it begins with -----BEGIN PRIVATE KEY-----");
    EXPECT_EQ(refusal(one.certificate_pem, encrypted(one.key_pem)),
              "the key is encrypted; store it decrypted, readable by the proxy's user only");
    EXPECT_EQ(
        refusal(bundle, one.key_pem),
        "more than 10 intermediate certificates; a chain has the leaf first and then its issuers");
    EXPECT_EQ(refusal(damaged, one.key_pem).substr(0, 24), "a malformed certificate:");
    EXPECT_EQ(refusal(one.certificate_pem.substr(0, 200), one.key_pem).substr(0, 24),
              "a malformed certificate:");
    EXPECT_EQ(refusal(one.certificate_pem, one.key_pem.substr(0, 60)).substr(0, 16),
              "a malformed key:");
}

TEST(ParseCertificate, NeverCrashesOnADamagedFile) {
    const TestCa ca;
    const Issued issued = ca.issue({.names = {"a.example.com"}});
    for (std::size_t i = 0; i < issued.certificate_pem.size(); i += 7) {
        std::string damaged = issued.certificate_pem;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x15);
        (void)parse_certificate(damaged, issued.key_pem);
        (void)parse_certificate(issued.certificate_pem.substr(0, i), issued.key_pem);
        EXPECT_EQ(ERR_peek_error(), 0U);
    }
}

}  // namespace
}  // namespace portcullis
