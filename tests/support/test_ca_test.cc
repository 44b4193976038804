#include "tests/support/test_ca.h"

#include "tests/support/process.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

std::string verdict(const TempDir& dir, const std::filesystem::path& certificate,
                    const std::string& name) {
    const Ended ended =
        run({.argv = {"openssl", "verify", "-x509_strict", "-CAfile", dir.path() / "ca.pem",
                      "-verify_hostname", name, certificate}});
    return ended.exit_code == 0 ? "valid" : ended.err;
}

TEST(TestCa, IssuesWhatOpensslAccepts) {
    for (const KeyKind kind : {KeyKind::ecdsa_p256, KeyKind::rsa_2048}) {
        const TempDir dir;
        const TestCa ca{kind};
        ca.write_into(dir);
        const auto files =
            ca.issue_into(dir, "site", {.names = {"shop.test", "10.0.0.1"}, .key = kind});
        EXPECT_EQ(verdict(dir, files.certificate, "shop.test"), "valid");
        EXPECT_NE(verdict(dir, files.certificate, "other.test").find("hostname mismatch"),
                  std::string::npos);
    }
}

TEST(TestCa, IssuesExpiredCertificatesWhenAsked) {
    const TempDir dir;
    const TestCa ca;
    ca.write_into(dir);
    using std::chrono::hours;
    const auto files = ca.issue_into(
        dir, "old", {.names = {"shop.test"}, .from = hours{-48}, .until = hours{-24}});
    EXPECT_NE(verdict(dir, files.certificate, "shop.test").find("has expired"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::test
