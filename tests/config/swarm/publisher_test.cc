#include "config/swarm/publisher.h"

#include "base/file.h"
#include "config/swarm/seal.h"
#include "tests/support/temp_dir.h"

#include <gtest/gtest.h>

namespace portcullis::swarm {
namespace {

using namespace std::chrono_literals;

Publisher::Time at(std::chrono::milliseconds time) {
    return Publisher::Time{1h} + time;
}

class PublisherTest : public testing::Test {
  protected:
    PublisherTest() {
        config_.discovery.signing_key = dir_.write("key", key_.private_pem());
        std::filesystem::permissions(config_.discovery.signing_key, std::filesystem::perms{0600});
        config_.discovery.snapshot = dir_.path() / "snapshot";
    }

    SnapshotFile file() { return SnapshotFile::open(config_.discovery).value(); }

    Snapshot there() const {
        const std::string sealed = read_file(config_.discovery.snapshot).value();
        return read(swarm::open(sealed, key_.verify_keys()).value().document).value();
    }

    static Snapshot web(const std::string& label = "portcullis.port") {
        Snapshot snapshot;
        snapshot.services = {{"web",
                              "id",
                              "",
                              "",
                              {{"portcullis.host", "web.test"}, {label, "80"}},
                              {{"t1", IpAddress::v4(0x0a000001), false}}}};
        return snapshot;
    }

    const SigningKey key_ = SigningKey::generate();
    test::TempDir dir_;
    Config config_;
};

TEST_F(PublisherTest, WritesNewsAtOnceAndElseWhenThereIsTime) {
    Publisher publisher{file()};
    const auto publish = [&](const Snapshot& known, std::chrono::milliseconds time) {
        publisher.publish(config_, known, {7, "b", 8}, at(time));
        return publisher.count();
    };
    EXPECT_EQ(publish(web(), 0ms), 1U);
    EXPECT_EQ(there().services, web().services);
    EXPECT_EQ(there().seen, (Moment{7, "b", 8}));
    EXPECT_EQ(publisher.written()->serial, there().serial);
    EXPECT_EQ(publish(web(), 0ms), 1U) << "a writer does nothing else for a moment";
    EXPECT_EQ(publish(web(), 1h), 2U);
    EXPECT_EQ(publish(Snapshot{}, 1h), 3U) << "news do not wait";
    EXPECT_TRUE(there().services.empty());
    EXPECT_FALSE(publisher.is_news(Snapshot{}));
    EXPECT_TRUE(publisher.is_news(web()));
}

// Also across a restart: what the file says is what was decided.
TEST_F(PublisherTest, RemembersWhoHasAHost) {
    Snapshot both = web();
    both.services.push_back(both.services[0]);
    both.services[1].name = "older";
    both.services[1].id = "id2";
    both.services[1].created = "";
    both.services[1].tasks.clear();
    both.services[0].created = "2";
    Snapshot first = both;
    first.services.pop_back();
    Publisher{file()}.publish(config_, first, {}, at(0s));
    EXPECT_EQ(there().owners, (std::vector<Owner>{{"web.test", "/", "id"}}));
    Publisher{file()}.publish(config_, both, {}, at(1s));
    EXPECT_EQ(there().owners, (std::vector<Owner>{{"web.test", "/", "id"}}));
    ASSERT_EQ(there().quarantine.size(), 1U);
    EXPECT_EQ(there().quarantine[0].service, "older");
    EXPECT_EQ(there().quarantine[0].route, "web.test/");
}

TEST_F(PublisherTest, KeepsAHostWhoseLabelsBecameWrong) {
    Publisher publisher{file()};
    publisher.publish(config_, web(), {}, at(0s));
    publisher.publish(config_, web("portcullis.bad"), {}, at(1s));
    EXPECT_EQ(there().services, web().services);
    EXPECT_TRUE(there().quarantine.empty());
    EXPECT_EQ(there().notes.size(), 1U);
    EXPECT_EQ(there().owners.size(), 1U);
}

TEST_F(PublisherTest, AddsWhatIsNotRoutedAndLogsItOnce) {
    Publisher publisher{file()};
    testing::internal::CaptureStderr();
    publisher.publish(config_, web("portcullis.bad"), {}, at(0s));
    EXPECT_NE(testing::internal::GetCapturedStderr().find(
                  "service 'web' is not routed: portcullis.bad: no option"),
              std::string::npos);
    EXPECT_EQ(there().quarantine.at(0).service, "web");
    testing::internal::CaptureStderr();
    Snapshot next = web("portcullis.bad");
    next.services[0].tasks.clear();
    publisher.publish(config_, next, {}, at(1s));
    Publisher{file()}.publish(config_, next, {}, at(1s));
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << "the file has said it before";
    testing::internal::CaptureStderr();
    publisher.publish(config_, web(), {}, at(2s));
    EXPECT_NE(testing::internal::GetCapturedStderr().find("'web' is in quarantine no more"),
              std::string::npos);
    EXPECT_TRUE(there().quarantine.empty());
}

TEST_F(PublisherTest, TriesAgainWhatItCouldNotWrite) {
    Publisher publisher{file()};
    std::filesystem::create_directories(dir_.path() / "snapshot.new" / "in the way");
    publisher.publish(config_, web(), {}, at(0s));
    publisher.publish(config_, web(), {}, at(0s));
    EXPECT_EQ(publisher.failures(), 2U);
    EXPECT_TRUE(publisher.trouble().starts_with("cannot create "));
    EXPECT_EQ(publisher.written(), nullptr);
    std::filesystem::remove_all(dir_.path() / "snapshot.new");
    publisher.publish(config_, web(), {}, at(0s));
    EXPECT_EQ(publisher.trouble(), "");
    EXPECT_EQ(there().services, web().services);
}

TEST_F(PublisherTest, WritesAnewWithAnotherConfiguration) {
    Publisher publisher{file()};
    publisher.publish(config_, web(), {}, at(0s));
    config_.discovery.snapshot = dir_.path() / "elsewhere";
    config_.services.push_back({.name = "web"});
    publisher.use(file());
    publisher.publish(config_, web(), {}, at(0s));
    EXPECT_EQ(there().quarantine.at(0).reason, "the configuration file has a service of this name");
}

}  // namespace
}  // namespace portcullis::swarm
