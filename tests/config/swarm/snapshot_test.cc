#include "config/swarm/snapshot.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

Snapshot small() {
    Snapshot snapshot;
    snapshot.serial = 1'790'000'000'000;
    snapshot.seen = {1'790'000'000'001, "b", 5};
    snapshot.nodes = {IpAddress::parse("10.0.0.5").value(), IpAddress::parse("fd00::5").value()};
    snapshot.services = {{"web",
                          "id1",
                          "2026-11-01T10:00:00Z",
                          "shop",
                          {{"portcullis.host", "a.example"}, {"portcullis.port", "80"}},
                          {{"t1", IpAddress::parse("10.10.0.7").value(), false},
                           {"t2", IpAddress::parse("10.10.0.8").value(), true}}}};
    snapshot.owners = {{"a.example", "/", "id1"}};
    snapshot.quarantine = {{"web", "because \"so\"", "b.example/"}};
    snapshot.notes = {{"web", "note"}};
    return snapshot;
}

constexpr const char* kSmall =
    R"({"nodes":["10.0.0.5","fd00::5"],"notes":[{"sentence":"note","service":"web"}],)"
    R"("owners":[{"host":"a.example","path":"/","service":"id1"}],)"
    R"("quarantine":[{"reason":"because \"so\"","route":"b.example/","service":"web"}],)"
    R"("seen":{"boot":"b","since_boot":5,"wall":1790000000001},"serial":1790000000000,"services":[{"created":"2026-11-01T10:00:00Z",)"
    R"("id":"id1","labels":{"portcullis.host":"a.example","portcullis.port":"80"},"name":"web",)"
    R"("stack":"shop","tasks":[{"address":"10.10.0.7","id":"t1","leaving":false},)"
    R"({"address":"10.10.0.8","id":"t2","leaving":true}]}],"version":2})";

TEST(Snapshot, IsWrittenInOneWay) {
    EXPECT_EQ(write(small()), kSmall);
}

TEST(Snapshot, IsReadAsItWasWritten) {
    EXPECT_EQ(read(kSmall).value(), small());
    EXPECT_EQ(read(write(Snapshot{})).value(), Snapshot{});
}

TEST(Snapshot, IsRefusedWhenAnythingIsNotAsItShouldBe) {
    const auto with = [](std::string_view from, std::string_view to) {
        std::string text = kSmall;
        text.replace(text.find(from), from.size(), to);
        const auto outcome = read(text);
        return outcome ? std::string{"read"} : outcome.error().text;
    };
    EXPECT_EQ(
        with("\"version\":2", "\"version\":1"),
        "a snapshot of another version; renew proxies and firewalls first, and discovery last");
    EXPECT_EQ(with("\"nodes\"", "\"nodez\""), "the snapshot lacks 'nodes'");
    EXPECT_EQ(with("\"version\":2", "\"version\":2,\"more\":1"),
              "the snapshot has a member that this version does not know");
    EXPECT_EQ(with("1790000000000", "-1"), "the snapshot: 'serial' is malformed");
    EXPECT_EQ(with("10.10.0.7", "10.10.0.777"), "a task: 'address' is malformed");
    EXPECT_EQ(with("\"leaving\":false", "\"leaving\":0"), "a task: 'leaving' is malformed");
    EXPECT_EQ(with("\"portcullis.port\":\"80\"", "\"portcullis.port\":80"), "a label is no text");
    EXPECT_EQ(with("portcullis.port", "traefik.port"), "a label does not begin with 'portcullis.'");
    EXPECT_EQ(with("10.10.0.8", "10.10.0.7"), "the snapshot gives 10.10.0.7 to two tasks");
    EXPECT_EQ(with("\"tasks\":[", "\"tasks\":[1,"), "a task is no object");
    EXPECT_EQ(with("{\"nodes\"", "{{\"nodes\""), "the snapshot is no JSON of 16 MiB at most");
    EXPECT_EQ(read("[]").error().text, "the snapshot is no object");
}

TEST(Snapshot, SaysTheSameWhateverItsTime) {
    Snapshot later = small();
    later.serial += 5;
    later.seen.wall += 5;
    EXPECT_TRUE(same_swarm(small(), later));
    later.services[0].tasks[0].leaving = true;
    EXPECT_FALSE(same_swarm(small(), later));
}

}  // namespace
}  // namespace portcullis::swarm
