#include "config/swarm/label_tree.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

// A tree of nodes in one line.
std::string shown(const YamlNode& node) {
    std::string text;
    switch (node.kind) {
        case YamlNode::Kind::null:
            return "~";
        case YamlNode::Kind::scalar:
            return node.text;
        case YamlNode::Kind::sequence:
            for (const YamlNode* item : node.items) {
                text += (text.empty() ? "" : ", ") + shown(*item);
            }
            return "[" + text + "]";
        case YamlNode::Kind::mapping:
            for (const YamlEntry& entry : node.entries) {
                text += (text.empty() ? "" : ", ") + entry.key + ": " + shown(*entry.value);
            }
            return "{" + text + "}";
    }
    return text;
}

std::string document(const std::map<std::string, std::string>& labels) {
    return shown(*document_of(grow(labels).value(), "web").yaml.root);
}

TEST(LabelTree, BecomesADocumentOfOneServiceAndItsRoutes) {
    EXPECT_EQ(document({{"portcullis.port", "80"},
                        {"portcullis.health.path", "/h"},
                        {"portcullis.health.interval", "1s"},
                        {"portcullis.host", "a.example , b.example"},
                        {"portcullis.allow", "10.0.0.0/8,fd00::/8"},
                        {"portcullis.routes.x.host", "c.example"}}),
              "{services: {web: {health: {interval: 1s, path: /h}, port: 80, swarm: web}}, "
              "routes: [{allow: [10.0.0.0/8, fd00::/8], host: a.example, service: web}, "
              "{allow: [10.0.0.0/8, fd00::/8], host: b.example, service: web}, "
              "{host: c.example, service: web}]}");
}

TEST(LabelTree, KnowsTheLabelOfEachRoute) {
    const auto made = document_of(
        grow({{"portcullis.host", "a,b"}, {"portcullis.routes.x.host", "c"}}).value(), "web");
    EXPECT_EQ(made.route_names, (std::vector<std::string>{"", "", "x"}));
    EXPECT_EQ(label_prefix(""), "portcullis.");
    EXPECT_EQ(label_prefix("x"), "portcullis.routes.x.");
}

TEST(LabelTree, ARouteThatRedirectsLeadsToNoService) {
    EXPECT_EQ(document({{"portcullis.port", "80"},
                        {"portcullis.host", "a.example"},
                        {"portcullis.redirect.to", "https://b.example/"},
                        {"portcullis.routes.x.host", "c.example"},
                        {"portcullis.routes.x.redirect", "off"}}),
              "{services: {web: {port: 80, swarm: web}}, routes: [{redirect: {to: "
              "https://b.example/}, host: a.example}, {redirect: off, host: c.example, service: "
              "web}]}");
}

TEST(LabelTree, CountsRoutesWithoutMakingThem) {
    EXPECT_EQ(routes_of(grow({{"portcullis.port", "80"}}).value()), 0U);
    EXPECT_EQ(routes_of(grow({{"portcullis.path", "/"}}).value()), 1U);
    EXPECT_EQ(
        routes_of(grow({{"portcullis.host", "a,b"}, {"portcullis.routes.x.host", "c"}}).value()),
        3U);
}

TEST(LabelTree, KnowsWithWhomHostsAreShared) {
    EXPECT_EQ(grow({{"portcullis.share", "shop , shop_api"}})->share,
              (std::vector<std::string>{"shop", "shop_api"}));
    EXPECT_FALSE(grow({{"portcullis.share.all", "yes"}}));
    EXPECT_FALSE(grow({{"portcullis.routes.x.share", "shop"}}));
}

// "portcullis. host" beside "portcullis.host" would say the same option twice.
TEST(LabelTree, RefusesLabelNamesThatOnlyLookLikeOthers) {
    for (const char* label :
         {"portcullis. host", "portcullis.host ", "portcullis.ho st", "portcullis.host\t",
          "portcullis.health. path", "portcullis..host", "portcullis.HOST",
          "portcullis.routes.x .host", "portcullis.routes.x..host", "portcullis.host\xc2\xa0"}) {
        EXPECT_FALSE(grow({{label, "a.example"}})) << label;
    }
}

TEST(LabelTree, RefusesWhatContradictsItself) {
    EXPECT_EQ(grow({{"portcullis.health", "off"}, {"portcullis.health.path", "/"}}).error().text,
              "portcullis.health.path: an option below one that has a value; remove one of them");
    EXPECT_EQ(grow({{"portcullis.health!", "off"}}).error().text.substr(0, 52),
              "portcullis.health!: no option that labels may set; d");
    EXPECT_FALSE(grow({{"portcullis.", "x"}}));
    EXPECT_FALSE(grow({{"portcullis.routes", "x"}}));
    EXPECT_FALSE(grow({{"portcullis.routes..host", "x"}}));
}

}  // namespace
}  // namespace portcullis::swarm
