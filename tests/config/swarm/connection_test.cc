#include "config/swarm/connection.h"

#include "config/swarm/engine.h"
#include "tests/config/swarm/fake_engine.h"
#include "tests/support/eventually.h"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace portcullis::swarm {
namespace {

namespace asio = boost::asio;
using test::FakeEngine;
using test::TestCa;

class TlsConnection : public testing::Test {
  protected:
    DiscoveryConfig config(const TestCa& engine_ca, const TestCa& client_ca,
                           const std::string& docker) {
        const auto files = client_ca.issue_into(dir_, "client", {.names = {"discovery"}});
        DiscoveryConfig config;
        config.docker = {docker};
        config.tls = {engine_ca.write_into(dir_), files.certificate, files.key};
        return config;
    }

    Answer ask(FakeEngine& fake, const DiscoveryConfig& config) {
        fake.replies["/info"] = {200, "{}"};
        Engine engine{io_, engine_place(config.docker.front(), config.tls).value(),
                      test::kPatience};
        std::optional<Answer> answer;
        asio::co_spawn(io_, engine.ask("/info"),
                       [&](std::exception_ptr, Answer given) { answer = std::move(given); });
        while (!answer && io_.run_one_for(test::kPatience) != 0) {
        }
        return answer.value_or(Answer{});
    }

    asio::io_context io_;
    test::TempDir dir_;
    TestCa ca_;
    TestCa other_;
};

TEST_F(TlsConnection, ReachesAnEngineThatBothSidesKnow) {
    FakeEngine fake{io_, ca_, "127.0.0.1"};
    const Answer answer = ask(fake, config(ca_, ca_, fake.docker()));
    EXPECT_EQ(answer.text, "{}");
    EXPECT_EQ(fake.asked.size(), 2U);
}

TEST_F(TlsConnection, TrustsNoOtherAuthority) {
    FakeEngine fake{io_, ca_, "127.0.0.1"};
    const Answer answer = ask(fake, config(other_, ca_, fake.docker()));
    EXPECT_EQ(answer.trouble, Trouble::unreachable);
    EXPECT_NE(answer.text.find("certificate verify failed"), std::string::npos) << answer.text;
}

TEST_F(TlsConnection, TrustsNoOtherName) {
    FakeEngine fake{io_, ca_, "127.0.0.2"};
    const Answer answer = ask(fake, config(ca_, ca_, fake.docker()));
    EXPECT_NE(answer.text.find("certificate verify failed"), std::string::npos) << answer.text;
}

TEST_F(TlsConnection, IsNotTrustedWithAnotherCertificate) {
    FakeEngine fake{io_, ca_, "127.0.0.1"};
    const Answer answer = ask(fake, config(ca_, other_, fake.docker()));
    EXPECT_FALSE(answer.good());
    EXPECT_TRUE(fake.asked.empty());
}

TEST_F(TlsConnection, NamesTheFileThatItCannotUse) {
    DiscoveryConfig broken = config(ca_, ca_, "tcp://[::1]:2376");
    const auto place = engine_place(broken.docker.front(), broken.tls);
    EXPECT_EQ(place->host, "::1");
    EXPECT_EQ(place->port, "2376");
    broken.tls.key = dir_.path() / "none";
    EXPECT_TRUE(engine_place(broken.docker.front(), broken.tls)
                    .error()
                    .text.starts_with("discovery.tls.key: cannot use "));
}

TEST(UnixConnection, IsNamedByItsPath) {
    DiscoveryConfig config;
    EXPECT_EQ(engine_place(config.docker.front(), config.tls)->unix_socket, "/var/run/docker.sock");
}

}  // namespace
}  // namespace portcullis::swarm
