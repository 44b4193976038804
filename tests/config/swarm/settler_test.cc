#include "config/swarm/settler.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using Labels = std::map<std::string, std::string>;

Snapshot of(Labels labels) {
    Snapshot snapshot;
    Service web;
    web.name = "web";
    web.id = "id";
    web.labels = std::move(labels);
    snapshot.services.push_back(std::move(web));
    return snapshot;
}

Config base() {
    Config config;
    config.discovery.snapshot = "s";
    return config;
}

const Labels kRight{{"portcullis.host", "a.test"}, {"portcullis.port", "80"}};

Labels with(Labels labels, const std::string& label, const std::string& value) {
    labels["portcullis." + label] = value;
    return labels;
}

TEST(Settler, LeavesRightLabelsAlone) {
    Settler settler;
    Snapshot known = of(kRight);
    settler.settle(base(), known, nullptr);
    EXPECT_EQ(known, of(kRight));
}

TEST(Settler, KeepsTheLabelsThatWereRightBefore) {
    Settler settler;
    const Snapshot before = of(kRight);
    Snapshot known = of(with(kRight, "allow", "nobody"));
    settler.settle(base(), known, &before);
    EXPECT_EQ(known.services[0].labels, kRight);
    ASSERT_EQ(known.notes.size(), 1U);
    EXPECT_EQ(known.notes[0].service, "web");
    EXPECT_TRUE(known.notes[0].sentence.starts_with(
        "its labels are wrong, and those before stay in force: portcullis.allow[0]: 'nobody'"))
        << known.notes[0].sentence;
    Snapshot mended = of(with(kRight, "allow", "10.0.0.0/8"));
    settler.settle(base(), mended, &known);
    EXPECT_EQ(mended, of(with(kRight, "allow", "10.0.0.0/8")));
}

TEST(Settler, LeavesOutNamedRoutesThatWereNeverRight) {
    Settler settler;
    const Labels good = with(kRight, "routes.api.host", "b.test");
    const Labels bad = with(with(good, "routes.new.host", "c.test"), "routes.new.alow", "all");
    Snapshot known = of(bad);
    settler.settle(base(), known, nullptr);
    EXPECT_EQ(known.services[0].labels, good);
    ASSERT_EQ(known.notes.size(), 1U);
    EXPECT_TRUE(known.notes[0].sentence.starts_with(
        "its routes 'new' are left out: portcullis.routes.new.alow: no option"))
        << known.notes[0].sentence;
}

TEST(Settler, LeavesWrongLabelsToBeQuarantined) {
    Settler settler;
    Snapshot known = of(with(kRight, "port", "web"));
    settler.settle(base(), known, nullptr);
    EXPECT_EQ(known, of(with(kRight, "port", "web")));
    Snapshot before = known;
    settler.settle(base(), known, &before);
    EXPECT_EQ(known, before) << "those before were no better";
}

TEST(Settler, LetsAServiceGiveUpItsLabels) {
    Settler settler;
    const Snapshot before = of(kRight);
    Snapshot known = of({});
    settler.settle(base(), known, &before);
    EXPECT_EQ(known, of({}));
}

// What was right is not right with every configuration.
TEST(Settler, JudgesAnewWithAnotherConfiguration) {
    Settler settler;
    Snapshot known = of(with(kRight, "host", "a.test, b.test"));
    settler.settle(base(), known, nullptr);
    Config strict = base();
    strict.discovery.hosts_per_service = 1;
    settler.forget();
    const Snapshot before = of(kRight);
    settler.settle(strict, known, &before);
    EXPECT_EQ(known.services[0].labels, kRight);
}

}  // namespace
}  // namespace portcullis::swarm
