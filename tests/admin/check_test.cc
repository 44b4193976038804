#include "admin/command.h"
#include "tests/config/sandbox.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

constexpr std::string_view kFine =
    R"(tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }
services: { shop: { endpoints: [ '10.0.1.4:8080' ] } }
routes:
  - { host: shop.example.com, service: shop }
  - { host: shop.example.com, path: /api, service: shop }
)";

TEST(Check, SumsUpAFineFileInOneLine) {
    const test::Sandbox sandbox;
    const auto file = sandbox.dir().write("p.yaml", kFine);
    const Output output = check(file, false);
    EXPECT_EQ(output.exit_code, 0);
    EXPECT_EQ(output.text, file.string() + ": fine: 1 certificate, 1 service, 2 routes\n");
}

TEST(Check, ShowsEveryMistakeAndCountsThem) {
    const test::Sandbox sandbox;
    const auto file = sandbox.dir().write(
        "p.yaml",
        std::string{kFine} + "limits: { headers: 5, nope: 1 }\ntrusted_proxies: [ '::/0' ]\n");
    const Output output = check(file, false);
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_NE(output.text.find(":6:20: error: limits.headers: '5' is too little\n"),
              std::string::npos);
    EXPECT_NE(output.text.find(":6:23: error: limits.nope: unknown key\n"), std::string::npos);
    EXPECT_TRUE(output.text.ends_with(file.string() + ": invalid: 2 errors, 1 warning\n"))
        << output.text;
}

TEST(Check, AWarningIsFine) {
    const test::Sandbox sandbox;
    const auto file =
        sandbox.dir().write("p.yaml", std::string{kFine} + "trusted_proxies: [ '::/0' ]\n");
    const Output output = check(file, false);
    EXPECT_EQ(output.exit_code, 0);
    EXPECT_TRUE(output.text.ends_with(": fine: 1 certificate, 1 service, 2 routes, 1 warning\n"));
}

TEST(Check, SaysTheSameAsJson) {
    const test::Sandbox sandbox;
    const auto fine =
        boost::json::parse(check(sandbox.dir().write("p.yaml", kFine), true).text).as_object();
    EXPECT_EQ(fine.at("valid"), true);
    EXPECT_TRUE(fine.at("diagnostics").as_array().empty());
    const Output output = check(sandbox.dir().write("p.yaml", "nope: 1\n"), true);
    EXPECT_EQ(output.exit_code, 1);
    const auto invalid = boost::json::parse(output.text).as_object();
    EXPECT_EQ(invalid.at("valid"), false);
    const auto& first = invalid.at("diagnostics").at(0).as_object();
    EXPECT_EQ(first.at("severity"), "error");
}

TEST(Check, AnUnreadableFileIsInvalid) {
    const Output output = check("/nonexistent.yaml", false);
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_EQ(output.text,
              "/nonexistent.yaml: error: cannot open /nonexistent.yaml: No such file or directory\n"
              "/nonexistent.yaml: invalid: 1 error\n");
}

}  // namespace
}  // namespace portcullis::admin
