#include "proxy/relay/site.h"

#include "proxy/stream/loop.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/proxy/tls/certificates.h"

#include <gtest/gtest.h>

#include <utility>

namespace portcullis::relay {
namespace {

using Services = std::vector<std::pair<std::string, std::vector<std::string>>>;

std::shared_ptr<Config> config_with(const Services& services) {
    auto config = test::shop_config();
    for (const auto& [name, endpoints] : services) {
        ServiceConfig service;
        service.name = name;
        for (const std::string& endpoint : endpoints) {
            service.endpoints.push_back({SocketAddress::parse(endpoint).value()});
        }
        config->services.push_back(service);
    }
    return config;
}

std::shared_ptr<Site> site(const std::shared_ptr<const Config>& config,
                           const Site* previous = nullptr) {
    return make_site({config, std::make_shared<const route::Table>(*config)}, previous).value();
}

const std::shared_ptr<origin::Endpoint>& endpoint(const Site& site, std::size_t service,
                                                  std::size_t index) {
    return site.services.at(service)->endpoints().at(index);
}

class SiteTest : public testing::Test {
  protected:
    void keep_idle(origin::Endpoint& endpoint) {
        test::LocalPair pair;
        far.push_back(std::move(pair.theirs));
        endpoint.give_back(std::make_unique<origin::Connection>(
            stream::Stream{stream::Socket{loop, std::move(pair.ours)}}));
    }

    stream::Loop loop;
    std::vector<Fd> far;
};

TEST_F(SiteTest, HasTheServicesOfTheConfigurationAtTheirIndexes) {
    const auto made = site(config_with({{"a", {"10.0.0.1:80", "10.0.0.2:80"}}, {"b", {}}}));
    ASSERT_EQ(made->services.size(), 2U);
    EXPECT_EQ(made->services[0]->config().name, "a");
    EXPECT_EQ(endpoint(*made, 0, 1)->address().text(), "10.0.0.2:80");
    EXPECT_EQ(made->services[1]->config().name, "b");
    EXPECT_TRUE(made->services[1]->endpoints().empty());
}

TEST_F(SiteTest, AnEndpointThatStaysKeepsItsConnectionsAndItsLoad) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}, {"b", {"10.0.0.1:80"}}}));
    const auto kept = endpoint(*before, 0, 0);
    keep_idle(*kept);
    kept->begin_exchange();
    const auto after = site(
        config_with({{"b", {"10.0.0.1:80"}}, {"a", {"10.0.0.9:80", "10.0.0.1:80"}}}), before.get());
    retire_missing(*before, *after);
    EXPECT_EQ(endpoint(*after, 1, 1), kept) << "by service name and address, not by index";
    EXPECT_NE(endpoint(*after, 0, 0), kept) << "the same address in another service is another";
    EXPECT_EQ(kept->idle(), 1U);
    EXPECT_EQ(kept->active(), 1U);
    kept->end_exchange();
}

// Of the swarm.
std::shared_ptr<Config> config_of_task(const std::string& task) {
    auto config = config_with({{"a", {"10.0.0.1:80"}}});
    config->services[0].endpoints[0].task = task;
    return config;
}

TEST_F(SiteTest, ANewTaskAtAnOldAddressInheritsNothing) {
    const auto before = site(config_of_task("7k2p"));
    const auto old = endpoint(*before, 0, 0);
    keep_idle(*old);
    old->begin_exchange();
    const auto after = site(config_of_task("9x4m"), before.get());
    EXPECT_TRUE(old->listed()) << "until the new site is in use";
    retire_missing(*before, *after);
    const auto fresh = endpoint(*after, 0, 0);
    EXPECT_NE(fresh, old);
    EXPECT_NE(fresh->tag(), old->tag());
    EXPECT_NE(fresh->stats(), old->stats());
    EXPECT_EQ(fresh->idle(), 0U);
    EXPECT_EQ(fresh->active(), 0U);
    EXPECT_EQ(old->idle(), 0U);
    EXPECT_FALSE(old->listed());
    EXPECT_FALSE(old->up()) << "a request of the old configuration must not pick it";
    EXPECT_TRUE(fresh->listed());
    old->end_exchange();
}

// Requests that are under way in the old manner may go on.
TEST_F(SiteTest, ATaskThatIsMetInAnotherMannerStaysListed) {
    const auto before = site(config_of_task("7k2p"));
    auto config = config_of_task("7k2p");
    config->services[0].protocol = Protocol::h2c;
    const auto after = site(config, before.get());
    retire_missing(*before, *after);
    EXPECT_NE(endpoint(*after, 0, 0), endpoint(*before, 0, 0));
    EXPECT_TRUE(endpoint(*before, 0, 0)->listed());
    const auto last = site(config_with({}), after.get());
    retire_missing(*after, *last);
    EXPECT_FALSE(endpoint(*before, 0, 0)->listed()) << "nor in the manner before";
}

TEST_F(SiteTest, AnAddressOfTheFileIsTheOperatorsWord) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}}));
    const auto after = site(config_with({}), before.get());
    retire_missing(*before, *after);
    EXPECT_TRUE(endpoint(*before, 0, 0)->listed());
}

TEST_F(SiteTest, AServiceThatStaysAsItWasIsTakenOverWhole) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}, {"b", {"10.0.0.2:80"}}}));
    keep_idle(*endpoint(*before, 0, 0));
    const auto after = site(
        config_with({{"c", {}}, {"b", {"10.0.0.3:80"}}, {"a", {"10.0.0.1:80"}}}), before.get());
    retire_missing(*before, *after);
    EXPECT_EQ(after->services[2], before->services[0]) << "its place in the file does not matter";
    EXPECT_NE(after->services[1], before->services[1]);
    EXPECT_EQ(endpoint(*after, 2, 0)->idle(), 1U);
}

TEST_F(SiteTest, AServiceThatStaysKeepsNoOldConfiguration) {
    std::shared_ptr<const Config> config = config_with({{"a", {"10.0.0.1:80"}}});
    auto before = site(config);
    const std::weak_ptr<const Config> old = std::exchange(config, nullptr);
    const auto after = site(config_with({{"a", {"10.0.0.1:80"}}}), before.get());
    before.reset();
    EXPECT_TRUE(old.expired());
    EXPECT_EQ(after->services[0]->config().name, "a");
}

TEST_F(SiteTest, AnEndpointThatIsMetInAnotherMannerIsAnotherOne) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}}));
    keep_idle(*endpoint(*before, 0, 0));
    auto config = config_with({{"a", {"10.0.0.1:80"}}});
    config->services[0].protocol = Protocol::h2c;
    const auto after = site(config, before.get());
    retire_missing(*before, *after);
    EXPECT_NE(endpoint(*after, 0, 0), endpoint(*before, 0, 0));
    EXPECT_EQ(endpoint(*before, 0, 0)->idle(), 0U);
}

TEST_F(SiteTest, TheContextsOfCertificatesThatStayAreTakenOver) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}}));
    EXPECT_EQ(before->contexts->made(), 1U);
    EXPECT_EQ(site(config_with({}), before.get())->contexts->made(), 0U);
}

TEST_F(SiteTest, AnEndpointThatLeavesLosesItsIdleConnections) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80", "10.0.0.2:80"}}}));
    const auto leaves = endpoint(*before, 0, 0);
    const auto stays = endpoint(*before, 0, 1);
    keep_idle(*leaves);
    keep_idle(*stays);
    const auto after = site(config_with({{"a", {"10.0.0.2:80"}}}), before.get());
    EXPECT_EQ(leaves->idle(), 1U) << "until the new site is in use";
    retire_missing(*before, *after);
    EXPECT_EQ(leaves->idle(), 0U);
    EXPECT_EQ(stays->idle(), 1U);
    keep_idle(*leaves);
    EXPECT_EQ(leaves->idle(), 0U) << "an exchange that ends later brings none back";
}

TEST_F(SiteTest, AnEndpointThatStaysHeedsTheNewLimits) {
    const auto before = site(config_with({{"a", {"10.0.0.1:80"}}}));
    auto config = config_with({{"a", {"10.0.0.1:80"}}});
    config->services[0].idle_connections_max = 0;
    const auto after = site(config, before.get());
    keep_idle(*endpoint(*after, 0, 0));
    EXPECT_EQ(endpoint(*after, 0, 0)->idle(), 0U);
}

// An exchange holds its site, and an endpoint its service's configuration, for as long as needed.
TEST_F(SiteTest, NothingOfAReplacedSiteIsMissed) {
    auto before = site(config_with({{"a", {"10.0.0.1:80"}}}));
    const auto kept = endpoint(*before, 0, 0);
    const auto after = site(config_with({{"a", {"10.0.0.1:80"}}}), before.get());
    before.reset();
    keep_idle(*kept);
    EXPECT_EQ(kept->idle(), 1U);
}

TEST_F(SiteTest, CannotBeMadeWithoutACertificate) {
    const auto config = std::make_shared<const Config>();
    const auto made = make_site({config, std::make_shared<const route::Table>(*config)}, nullptr);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().text, "tls: there is no certificate");
}

}  // namespace
}  // namespace portcullis::relay
