#include "admin/readings.h"

#include "admin/explain.h"

#include <gtest/gtest.h>

namespace portcullis::admin {
namespace {

std::shared_ptr<Config> guarded() {
    auto config = std::make_shared<Config>();
    Certificate made;
    made.key_type = KeyType::ecdsa;
    made.names = {HostPattern::parse("a.test").value()};
    config->tls.certificates.push_back(
        {"a.pem", "a.key", std::make_shared<const Certificate>(std::move(made))});
    config->services.emplace_back().name = "web";
    config->services.back().endpoints = {{SocketAddress::parse("10.0.1.4:8080").value()}};
    config->routes.push_back({HostPattern::parse("a.test").value(), "/", "web"});
    config->routes.push_back({HostPattern::parse("a.test").value(), "/staff", "web"});
    config->routes.back().allow.clear();
    return config;
}

Explanation asked(const std::string& path, PathForm form = PathForm::normalised) {
    auto config = guarded();
    config->services[0].path = form;
    return explain(config, {parse_target("https://a.test" + path).value(), {}, {}}).value();
}

std::string shown(const Readings& readings) {
    std::string text = "forwarded " + readings.forwarded;
    for (const Reading& one : readings.all) {
        text += "; " + one.path + " of " + one.route + (one.same_rules ? "" : " differs");
    }
    return text;
}

TEST(Readings, NameEachRouteThatAnOriginMayTakeThePathTo) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"/x", "forwarded /x; /x of routes[0]: /", "forwarded"},
        {"/a/./%7eb%2fc", "forwarded /a/~b%2Fc; /a/~b%2Fc of routes[0]: /", "forwarded"},
        {"/x/..%2fstaff",
         "forwarded /x/..%2Fstaff; /x/..%2Fstaff of routes[0]: /; /staff of routes[1]: /staff "
         "differs",
         "400"},
        {"/STAFF", "forwarded /STAFF; /STAFF of routes[0]: /; /STAFF of routes[1]: /staff differs",
         "400"},
        {"/staff/../x", "forwarded /x; /x of routes[0]: /", "forwarded"},
    };
    for (const auto& [path, want, answer] : cases) {
        const Explanation x = asked(path);
        EXPECT_EQ(shown(x.readings), want);
        EXPECT_EQ(x.answer, answer) << path;
    }
}

TEST(Readings, OfAServiceThatGetsPathsAsWritten) {
    const Explanation x = asked("/staff/../x", PathForm::as_written);
    EXPECT_EQ(x.readings.forwarded, "/staff/../x");
    EXPECT_TRUE(x.readings.ambiguous);
    EXPECT_EQ(asked("/a/%7eb", PathForm::as_written).readings.forwarded, "/a/%7eb");
    EXPECT_EQ(asked("", PathForm::as_written).readings.forwarded, "/");
}

TEST(Readings, AreShownWhereThereAreSeveral) {
    EXPECT_NE(explanation_text(asked("/STAFF"))
                  .find(" /STAFF of routes[1]: /staff, other access rules\n"),
              std::string::npos)
        << explanation_text(asked("/STAFF"));
    EXPECT_EQ(explanation_text(asked("/x")).find("may be read as"), std::string::npos);
    EXPECT_NE(explanation_json(asked("/STAFF")).find(R"("same_rules":false)"), std::string::npos);
}

}  // namespace
}  // namespace portcullis::admin
