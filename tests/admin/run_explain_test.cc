#include "admin/command.h"
#include "tests/config/sandbox.h"
#include "tests/support/process.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

constexpr std::string_view kFine =
    R"(tls: { certificates: [ { certificate: shop.pem, key: shop.key } ] }
services: { shop: { endpoints: [ '10.0.1.4:8080' ] } }
routes: [ { host: shop.example.com, service: shop } ]
)";

TEST(RunExplain, ExitsAsTheAnswerIs) {
    const test::Sandbox sandbox;
    const auto file = sandbox.dir().write("p.yaml", kFine);
    const std::tuple<ExplainArguments, int, const char*, const char*> cases[] = {
        {{file, "https://shop.example.com/", {}, {}},
         0,
         "\nanswer                             forwarded",
         ""},
        {{file, "https://nope.example.com/", {}, {}},
         1,
         "\nanswer                             alert unrecognized_name",
         ""},
        {{file, "https://nope.example.com/", "shop.example.com", {}},
         1,
         "\nanswer                             421",
         ""},
        {{file, "ftp://x/", {}, {}}, 2, "", "'ftp' is not served; only https is\n"},
        {{file, "https://shop.example.com/", "*", {}},
         2,
         "",
         "'*' is not a host name: it has a character that names do not have\n"},
        {{file, "https://shop.example.com/", {}, "me"},
         2,
         "",
         "'me' is not an IP address; write it as 10.0.0.1 or 2001:db8::1\n"},
        {{"/nonexistent", "https://shop.example.com/", {}, {}},
         1,
         "",
         "/nonexistent: error: cannot open /nonexistent: No such file or directory\n"},
    };
    for (const auto& [arguments, exit_code, text, error] : cases) {
        const Output output = run_explain(arguments);
        EXPECT_EQ(output.exit_code, exit_code) << arguments.url;
        EXPECT_EQ(output.error, error);
        EXPECT_NE(output.text.find(text), std::string::npos) << output.text;
    }
}

TEST(Portcullis, AnswersAsAProgram) {
    const test::Sandbox sandbox;
    const std::string file = sandbox.dir().write("p.yaml", kFine).string();
    const std::string program = test::program("portcullis").string();

    const test::Ended fine = test::run({.argv = {program, "check", file}});
    EXPECT_EQ(fine.exit_code, 0);
    EXPECT_EQ(fine.out, file + ": fine: 1 certificate, 1 service, 1 route\n");

    const test::Ended invalid =
        test::run({.argv = {program, "check", sandbox.dir().write("bad.yaml", "x: 1\n").string()}});
    EXPECT_EQ(invalid.exit_code, 1);
    EXPECT_NE(invalid.out.find("bad.yaml:1:1: error: x: unknown key\n"), std::string::npos);

    const test::Ended explained =
        test::run({.argv = {program, "explain", file, "https://shop.example.com/x", "--client",
                            "192.0.2.1", "--json"}});
    EXPECT_EQ(explained.exit_code, 0);
    EXPECT_EQ(boost::json::parse(explained.out).at("client_trusted"), false);

    const test::Ended without_sni =
        test::run({.argv = {program, "explain", file, "https://shop.example.com/x", "--sni", ""}});
    EXPECT_EQ(without_sni.exit_code, 1);
    EXPECT_NE(without_sni.out.find("alert unrecognized_name"), std::string::npos);
}

TEST(Portcullis, WrongUseIsExitCode2WithAWordOfHelp) {
    const std::string program = test::program("portcullis").string();
    const std::vector<std::vector<std::string>> uses = {{program},
                                                        {program, "check"},
                                                        {program, "frobnicate"},
                                                        {program, "check", "a", "b"},
                                                        {program, "explain", "a"}};
    for (const std::vector<std::string>& use : uses) {
        const test::Ended ended = test::run({.argv = use});
        EXPECT_EQ(ended.exit_code, 2) << use.back();
        EXPECT_NE(ended.err, "") << use.back();
    }
    EXPECT_EQ(test::run({.argv = {program, "--help"}}).exit_code, 0);
}

}  // namespace
}  // namespace portcullis::admin
