// In a network of the test's own, where port 443 is free until a test takes it.
#include "proxy/server.h"

#include "base/file.h"
#include "proxy/stream/listen.h"
#include "tests/proxy/tls/certificates.h"
#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

#include <sys/wait.h>

#include <unistd.h>

namespace portcullis {
namespace {

TEST(Server, SaysThatItsPortIsTaken) {
    const Fd other = stream::listen_on({IpAddress{}, kIngressPort}).value();
    const auto server = Server::make(test::shop_config());
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().text,
              "port 443 on :: is taken by another process ('ss -ltnp' shows which)");
}

TEST(Server, SaysWhichAddressItCannotListenOn) {
    auto config = test::shop_config();
    config->listen = {IpAddress::parse("192.0.2.1").value()};
    const auto server = Server::make(config);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().text,
              "cannot listen on 192.0.2.1:443: Cannot assign requested address");
}

TEST(Server, SaysThatItsAccessLogCannotBeOpenedAndListensOnNothing) {
    auto config = test::shop_config();
    config->log.access = "/nowhere/access.ndjson";
    const auto server = Server::make(config);
    ASSERT_FALSE(server);
    EXPECT_EQ(server.error().text,
              "cannot open the access log /nowhere/access.ndjson: No such file or directory");
    EXPECT_TRUE(stream::check_free({IpAddress{}, kIngressPort}));
}

// In a process of its own, because a server that is made has given up every capability.
TEST(Server, ListensOnEveryAddressAndHoldsNoCapability) {
    auto config = test::shop_config();
    config->listen = {IpAddress::parse("127.0.0.1").value(), IpAddress::parse("::1").value()};
    config->workers = 2;
    const pid_t child = ::fork();
    if (child == 0) {
        const auto server = Server::make(config);
        bool good = server && test::RawClient::plain(443, "127.0.0.1").connected() &&
                    test::RawClient::plain(443, "::1").connected();
        for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task")) {
#ifdef __SANITIZE_THREAD__
            if (thread.path().filename() != std::to_string(::getpid())) {
                continue;  // the sanitizer's own
            }
#endif
            const auto status = read_file(thread.path() / "status");
            good = good && status &&
                   status->find("\nCapEff:\t0000000000000000\n") != std::string::npos;
        }
        ::_exit(good ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

}  // namespace
}  // namespace portcullis
