#include "config/swarm/claims.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

struct Wish {
    std::string service;
    std::string host;
    std::string path = "/";
    std::vector<std::string> share = {};
    bool through = false;
};

Labelled labelled(const Wish& wish) {
    Labelled made;
    made.service.name = wish.service;
    made.service.passthrough = wish.through ? Switch::on : Switch::off;
    made.routes.push_back({.host = HostPattern::parse(wish.host).value(),
                           .path = wish.path,
                           .service = wish.service});
    made.share = wish.share;
    return made;
}

std::string take(Claims& claims, const Wish& wish) {
    const Labelled asks = labelled(wish);
    return claims.take(asks, asks.routes[0]);
}

// The services that get what they ask for, asked in this order.
std::string winners(const std::vector<Wish>& wishes, std::vector<std::vector<std::string>> share) {
    Config base;
    base.discovery.share = std::move(share);
    Claims claims{base};
    for (const Wish& wish : wishes) {
        claims.enter(labelled(wish));
    }
    std::string won;
    for (const Wish& wish : wishes) {
        won += take(claims, wish).empty() ? wish.service + " " : "";
    }
    return won;
}

TEST(Claims, AreThoseOfWhoCameFirst) {
    EXPECT_EQ(winners({{"a", "x.test"}, {"b", "x.test", "/b"}, {"c", "y.test"}}, {}), "a c ");
}

// The more specific pattern of two takes the requests: one below another service's wildcard is its.
TEST(Claims, ReachBelowAnOlderWildcard) {
    EXPECT_EQ(winners({{"a", "*.x.test"}, {"b", "b.x.test"}, {"c", "*.c.x.test"}}, {}), "a ");
    EXPECT_EQ(winners({{"a", "a.x.test"}, {"b", "*.x.test"}, {"c", "c.x.test"}}, {}), "a b ")
        << "a wildcard above another one's host takes nothing from it";
}

TEST(Claims, AreSharedWhereTheLabelsOfBothSaySo) {
    EXPECT_EQ(winners({{"a", "x.test", "/", {"b"}}, {"b", "x.test", "/b", {"a"}}}, {}), "a b ");
    EXPECT_EQ(winners({{"a", "x.test", "/", {}}, {"b", "x.test", "/b", {"a"}}}, {}), "a ");
    EXPECT_EQ(winners({{"a", "x.test", "/", {"b"}}, {"b", "x.test", "/b", {}}}, {}), "a ");
    EXPECT_EQ(winners({{"a", "*.x.test", "/", {"b"}}, {"b", "b.x.test", "/", {"a"}}}, {}), "a b ")
        << "also below a wildcard, whatever the path";
}

// Being named by one of those that share a host is not being named by all.
TEST(Claims, AreSharedWithEachThatHasAPart) {
    EXPECT_EQ(winners({{"a", "x.test", "/", {"b"}},
                       {"b", "x.test", "/b", {"a", "c"}},
                       {"c", "x.test", "/c", {"a", "b"}}},
                      {}),
              "a b ");
}

TEST(Claims, AreSharedWhereTheFileSaysSo) {
    const std::vector<Wish> wishes{
        {"a", "x.test"}, {"b", "x.test", "/b"}, {"c", "x.test", "/c"}, {"d", "x.test", "/d"}};
    EXPECT_EQ(winners(wishes, {{"a", "b"}}), "a b ");
    EXPECT_EQ(winners(wishes, {{"a", "b"}, {"a", "c"}}), "a b ") << "b and c share nothing";
    EXPECT_EQ(winners(wishes, {{"d", "c", "b", "a"}}), "a b c d ");
}

TEST(Claims, OfASharedHostAreOnePathEachAndNeverPassedThrough) {
    const std::vector<std::vector<std::string>> share{{"a", "b", "c"}};
    EXPECT_EQ(
        winners({{"a", "x.test", "/p"}, {"b", "x.test", "/p/"}, {"c", "x.test", "/q"}}, share),
        "a c ");
    EXPECT_EQ(winners({{"a", "x.test"}, {"b", "x.test", "/b", {}, true}}, share), "a ");
    EXPECT_EQ(winners({{"a", "x.test", "/", {}, true}, {"b", "x.test", "/b"}}, share), "a ");
}

TEST(Claims, AreSharedWithAllWhoSayYes) {
    EXPECT_EQ(winners({{"a", "x.test", "/", {"yes"}},
                       {"b", "x.test", "/b", {"yes"}},
                       {"c", "x.test", "/c", {}},
                       {"d", "x.test", "/d", {"a", "b"}}},
                      {}),
              "a b d ");
}

TEST(Claims, OfOneServiceDoNotStandInEachOthersWay) {
    EXPECT_EQ(winners({{"a", "*.x.test"}, {"a", "a.x.test"}, {"a", "x.test", "/b"}}, {}), "a a a ");
}

TEST(Claims, SayWhatToDo) {
    const Config base;
    Claims claims{base};
    const Wish first{"a", "x.test", "/", {"b"}};
    const Wish second{"b", "x.test", "/b"};
    claims.enter(labelled(first));
    claims.enter(labelled(second));
    EXPECT_EQ(take(claims, first), "");
    EXPECT_EQ(
        take(claims, second),
        "'x.test' belongs to service 'a', which had it first; claim another host, or let both "
        "share it: write the label portcullis.share: yes on both services, or name both in "
        "one group of discovery.share");
    const Wish same{"b", "x.test", "/", {"yes"}};
    claims.enter(labelled(same));
    EXPECT_EQ(take(claims, same),
              "'x.test' belongs to service 'a', which had it first; give this one another path");
}

}  // namespace
}  // namespace portcullis::swarm
