#include "config/file_model.h"

#include "config/authorities.h"
#include "config/certificate.h"
#include "config/page.h"
#include "config/users.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using test::TestCa;

template <class Content>
std::shared_ptr<const Content> shared(Content content) {
    return std::make_shared<const Content>(std::move(content));
}

CertificateFile certificate(const std::string& chain, const std::string& key) {
    return {"site.pem", "site.key", shared(parse_certificate(chain, key).value())};
}

TEST(FileModel, AFileIsTheSameByItsNameAndByWhatItHolds) {
    const auto users = [](const std::filesystem::path& file, std::string_view text) {
        return UsersFile{file, shared(parse_users(text).value())};
    };
    constexpr std::string_view kAnn =
        "ann:$2y$05$abcdefghijklmnopqrstuuWlLBLyW3V.qM0wjPHMBr8rCY0GLzxgS\n";
    EXPECT_EQ(users("a", kAnn), users("a", kAnn));
    EXPECT_EQ(users("a", kAnn), users("a", "# staff\n" + std::string{kAnn}));
    EXPECT_FALSE(users("a", kAnn) == users("b", kAnn));
    EXPECT_FALSE(users("a", kAnn) == users("a", "b" + std::string{kAnn}));
    EXPECT_FALSE(users("a", kAnn) == (UsersFile{"a", nullptr}));
    EXPECT_EQ(UsersFile{}, UsersFile{});
}

TEST(FileModel, PagesDifferByTypeAndBody) {
    const PageFile page{"p.html", shared(Page{"text/html", "hello"})};
    EXPECT_EQ(page, (PageFile{"p.html", shared(Page{"text/html", "hello"})}));
    EXPECT_FALSE(page == (PageFile{"p.html", shared(Page{"text/html", "hullo"})}));
    EXPECT_FALSE(page == (PageFile{"p.html", shared(Page{"text/plain", "hello"})}));
}

TEST(FileModel, AuthoritiesAndRevocationsDifferByTheirContent) {
    const TestCa one;
    const TestCa other;
    const auto authorities = [](const TestCa& ca) {
        return AuthoritiesFile{"ca.pem", shared(parse_authorities(ca.certificate_pem()).value())};
    };
    EXPECT_EQ(authorities(one), authorities(one));
    EXPECT_FALSE(authorities(one) == authorities(other));
    const auto revocations = [](const std::string& pem) {
        return RevocationsFile{"crl.pem", shared(parse_revocations(pem).value())};
    };
    const std::string none = one.revoke({});
    EXPECT_EQ(revocations(none), revocations(none));
    EXPECT_FALSE(revocations(none) ==
                 revocations(one.revoke({one.issue({.names = {"a.test"}}).certificate_pem})));
}

TEST(FileModel, ACertificateIsAnotherOneWhenALinkOfItsChainIs) {
    const TestCa root;
    const TestCa middle{root, "middle"};
    const auto leaf = middle.issue({.names = {"shop.test"}});
    const auto alone = certificate(leaf.certificate_pem, leaf.key_pem);
    const auto chain = certificate(leaf.certificate_pem + middle.certificate_pem(), leaf.key_pem);
    EXPECT_EQ(chain, certificate(leaf.certificate_pem + middle.certificate_pem(), leaf.key_pem));
    EXPECT_FALSE(alone == chain);
    const auto renewed = middle.issue({.names = {"shop.test"}});
    EXPECT_FALSE(alone == certificate(renewed.certificate_pem, renewed.key_pem));
    CertificateFile moved = alone;
    moved.key = "other.key";
    EXPECT_FALSE(alone == moved);
}

}  // namespace
}  // namespace portcullis
