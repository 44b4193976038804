// Endpoints that are met over TLS: OpenSSL's own server, set up well and in every wrong way.
#include "config/authorities.h"
#include "config/certificate.h"
#include "proxy/origin/service.h"
#include "tests/proxy/stream/local_pair.h"
#include "tests/support/process.h"
#include "tests/support/raw_origin.h"
#include "tests/support/test_ca.h"

#include <gtest/gtest.h>

#include <optional>

namespace portcullis::origin {
namespace {

using namespace std::chrono_literals;
using test::settle;
using test::TestCa;

// openssl s_server with these further arguments, on a port of its own.
class SslServer {
  public:
    SslServer(const test::IssuedFiles& shown, const std::vector<std::string>& arguments)
        : process_{command(shown, arguments)} {
        EXPECT_TRUE(process_.says("ACCEPT ")) << process_.err();
        EXPECT_TRUE(test::eventually(
            [&] { return process_.out().find("ACCEPT 127.0.0.1:") != std::string::npos; }));
        const std::string said = process_.out();
        port_ =
            static_cast<std::uint16_t>(std::stoi(said.substr(said.find("ACCEPT 127.0.0.1:") + 17)));
    }

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] test::Process& process() { return process_; }

  private:
    static test::Command command(const test::IssuedFiles& shown,
                                 const std::vector<std::string>& arguments) {
        test::Command command{{"openssl", "s_server", "-accept", "127.0.0.1:0", "-cert",
                               shown.certificate, "-key", shown.key, "-rev"}};
        command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
        return command;
    }

    test::Process process_;
    std::uint16_t port_ = 0;
};

Task<> reach(Service& service, stream::Loop& loop, std::optional<Reached>& result) {
    Wish wish;
    result = co_await service.reach(loop, wish);
}

Task<> ask(stream::Stream& stream, std::string_view line, std::optional<stream::Io>& got) {
    co_await stream.write(line, 5s);
    std::array<char, 64> bytes{};
    got = co_await stream.read(bytes, 5s);
}

class ServiceTls : public testing::Test {
  protected:
    ServiceTls() {
        config->protocol = Protocol::https;
        config->connect_timeout = 10s;
        config->tls.server_name = "shop.internal";
        believe(ca);
    }

    void believe(const TestCa& authority) {
        config->tls.ca = {"ca.pem", std::make_shared<const Authorities>(
                                        parse_authorities(authority.certificate_pem()).value())};
    }

    [[nodiscard]] test::IssuedFiles issue(const test::Wanted& wanted) const {
        return ca.issue_into(dir, "server", wanted);
    }

    Service at(std::uint16_t port) {
        return {
            config,
            {std::make_shared<Endpoint>(
                EndpointConfig{.address = {IpAddress::parse("127.0.0.1").value(), port}}, config)},
            tls::OriginContext::make(*config).value()};
    }

    Reached reached(Service& service) {
        std::optional<Reached> result;
        const Task<> reaching = reach(service, loop, result);
        EXPECT_TRUE(test::eventually([&] {
            settle(loop);
            return result.has_value();
        }));
        return std::move(*result);
    }

    // What comes back for a line, or how it ended.
    stream::Io said(const Reached& to, std::string_view line) {
        std::optional<stream::Io> got;
        const Task<> asking = ask(to.lease.connection->stream, line, got);
        EXPECT_TRUE(test::eventually([&] {
            settle(loop);
            return got.has_value();
        }));
        return *got;
    }

    void expect_fault(const test::Wanted& wanted, const std::vector<std::string>& arguments,
                      Fault fault, std::string_view trouble) {
        const SslServer server{issue(wanted), arguments};
        Service service = at(server.port());
        const Reached result = reached(service);
        EXPECT_EQ(name(result.fault), name(fault)) << result.trouble;
        EXPECT_EQ(result.trouble, trouble);
        EXPECT_EQ(result.lease.connection, nullptr);
        ASSERT_NE(result.lease.endpoint(), nullptr) << "for the log";
    }

    stream::Loop loop;
    test::TempDir dir;
    TestCa ca;
    std::shared_ptr<ServiceConfig> config = std::make_shared<ServiceConfig>();
    const test::Wanted named{.names = {"shop.internal"}};
};

TEST_F(ServiceTls, CarriesBytesBothWays) {
    const SslServer server{issue(named), {}};
    Service service = at(server.port());
    const Reached result = reached(service);
    ASSERT_EQ(result.fault, Fault::none) << result.trouble;
    EXPECT_EQ(said(result, "olleh\n").bytes, 6U);
}

TEST_F(ServiceTls, ResumesWithTheTicketsOfTheEndpoint) {
    for (const std::string version : {"-tls1_2", "-tls1_3"}) {
        const SslServer server{issue(named), {version}};
        Service service = at(server.port());
        {
            const Reached first = reached(service);
            ASSERT_EQ(first.fault, Fault::none) << first.trouble;
            EXPECT_EQ(said(first, "abc\n").bytes, 4U);
            EXPECT_FALSE(first.lease.connection->stream.tls()->resumed());
        }
        const Reached second = reached(service);
        ASSERT_EQ(second.fault, Fault::none) << second.trouble;
        EXPECT_TRUE(second.lease.connection->stream.tls()->resumed()) << version;
    }
}

TEST_F(ServiceTls, RefusesAnotherAuthority) {
    believe(TestCa{});
    expect_fault(named, {}, Fault::origin_untrusted, "unable to get local issuer certificate");
}

TEST_F(ServiceTls, RefusesAnotherName) {
    expect_fault({.names = {"other.internal"}}, {}, Fault::origin_untrusted, "hostname mismatch");
}

TEST_F(ServiceTls, RefusesAnotherAddress) {
    config->tls.server_name.clear();
    expect_fault({.names = {"127.0.0.2"}}, {}, Fault::origin_untrusted, "IP address mismatch");
}

TEST_F(ServiceTls, RefusesWhatHasExpired) {
    expect_fault({.names = {"shop.internal"}, .from = -2h, .until = -1h}, {},
                 Fault::origin_untrusted, "certificate has expired");
}

TEST_F(ServiceTls, RefusesOldTls) {
    expect_fault(named, {"-tls1_1", "-cipher", "ALL@SECLEVEL=0"}, Fault::origin_tls_failed,
                 "tlsv1 alert protocol version");
}

TEST_F(ServiceTls, RefusesAnotherProtocolThanItsOwn) {
    config->protocol = Protocol::h2;
    expect_fault(named, {"-alpn", "http/1.1"}, Fault::origin_tls_failed,
                 "tlsv1 alert no application protocol");
    expect_fault(named, {}, Fault::origin_wrong_protocol,
                 "it does not agree to the service's protocol");
}

TEST_F(ServiceTls, SpeaksHttp1ToAServerThatKnowsNoAlpn) {
    const SslServer server{issue(named), {}};
    Service service = at(server.port());
    EXPECT_EQ(reached(service).fault, Fault::none);
}

TEST_F(ServiceTls, HasNoCertificateForAServerThatRequiresOne) {
    const std::vector<std::string> requires_one{"-Verify", "1", "-verify_return_error", "-CAfile",
                                                ca.write_into(dir)};
    auto before = requires_one;
    before.insert(before.end(), {"-tls1_2"});
    expect_fault(named, before, Fault::origin_tls_failed, "sslv3 alert handshake failure");

    // With TLS 1.3 the handshake is over when the server notices.
    const SslServer server{issue(named), requires_one};
    Service service = at(server.port());
    const Reached result = reached(service);
    ASSERT_EQ(result.fault, Fault::none) << result.trouble;
    EXPECT_EQ(said(result, "abc\n").end, stream::End::reset);
    EXPECT_EQ(result.lease.connection->stream.tls()->trouble(),
              "tlsv13 alert certificate required");
}

TEST_F(ServiceTls, ShowsItsCertificateToAServerThatRequiresOne) {
    const test::Issued own = ca.issue({.common_name = "front door"});
    config->tls.client = {"own.pem", "own.key",
                          std::make_shared<const Certificate>(
                              parse_certificate(own.certificate_pem, own.key_pem).value())};
    const SslServer server{issue(named),
                           {"-Verify", "1", "-verify_return_error", "-CAfile", ca.write_into(dir)}};
    Service service = at(server.port());
    const Reached result = reached(service);
    ASSERT_EQ(result.fault, Fault::none) << result.trouble;
    EXPECT_EQ(said(result, "abc\n").bytes, 4U);
}

TEST_F(ServiceTls, GivesUpOnAHandshakeThatDoesNotEndInTime) {
    const test::RawOrigin silent{[](auto& connection) { connection.hang(); }};
    Service service = at(silent.port());
    std::optional<Reached> result;
    const Task<> reaching = reach(service, loop, result);
    EXPECT_TRUE(test::eventually([&] {
        settle(loop);
        return silent.connections() == 1;
    }));
    EXPECT_FALSE(result);
    loop.wheel().advance(11s);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->fault, Fault::origin_connect_timeout);
}

TEST_F(ServiceTls, GoesToTheNextEndpointWhenOneCannotBeBelieved) {
    const SslServer good{issue(named), {}};
    const SslServer bad{ca.issue_into(dir, "bad", {.names = {"other.internal"}}), {}};
    config->balance = Balance::round_robin;
    std::vector<std::shared_ptr<Endpoint>> endpoints;
    for (const std::uint16_t port : {bad.port(), good.port()}) {
        endpoints.push_back(std::make_shared<Endpoint>(
            EndpointConfig{.address = {IpAddress::parse("127.0.0.1").value(), port}}, config));
    }
    Service service{config, endpoints, tls::OriginContext::make(*config).value()};
    const Reached result = reached(service);
    EXPECT_EQ(result.fault, Fault::none) << result.trouble;
    EXPECT_EQ(result.lease.endpoint()->address().port, good.port());
}

TEST_F(ServiceTls, SpeaksNoTlsToWhoeverSpeaksNone) {
    const test::RawOrigin plain{[](auto& connection) {
        connection.send(test::answer("hello"));
        connection.hang();
    }};
    Service service = at(plain.port());
    const Reached result = reached(service);
    EXPECT_EQ(name(result.fault), name(Fault::origin_tls_failed));
    EXPECT_EQ(result.trouble, "wrong version number");
}

}  // namespace
}  // namespace portcullis::origin
