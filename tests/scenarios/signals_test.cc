// Signals that an operator's tools send: at any moment of a program's life they are acted on or
// ignored, and never end it.
#include "base/file.h"
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"
#include "tests/support/serving_user.h"

#include <gtest/gtest.h>

#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <fcntl.h>
#include <signal.h>
#include <thread>

namespace portcullis::test {
namespace {

// A proxy whose start waits: its key is a pipe, which it reads from until the test writes there.
class HeldStart : public testing::Test {
  protected:
    // The proxy is in the middle of its start on return.
    void start(const std::string& more) {
        const Issued issued = ca.issue({.names = {"shop.test"}});
        dir.write("site.pem", issued.certificate_pem);
        dir.write("site.key.next", issued.key_pem);
        ASSERT_EQ(::mkfifo(key.c_str(), 0600), 0);
        ASSERT_EQ(::chmod(key.c_str(), 0640), 0);
        const auto file =
            dir.write("portcullis.yaml",
                      "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n"
                      "services: { shop: { endpoints: [ \"127.0.0.1:1\" ] } }\n"
                      "routes: [ { host: shop.test, service: shop } ]\n"
                      "log: { access: access.ndjson }\n" +
                          more);
        proxy = std::make_unique<Process>(Command{proxy_command(file)});
        // Succeeds as soon as the other end is open, as fifo(7) says.
        ASSERT_TRUE(eventually([&] {
            pipe = Fd{::open(key.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)};
            return static_cast<bool>(pipe);
        }));
    }

    void let_it_start() {
        const std::string text = read_file(dir.path() / "site.key.next").value();
        ASSERT_EQ(::write(pipe.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
        std::filesystem::rename(dir.path() / "site.key.next", key);  // for the reload
        pipe.reset();
    }

    // The process that has taken over.
    [[nodiscard]] pid_t successor() const {
        const std::string said = proxy->err();
        constexpr std::string_view kProcess = "server: process ";
        const auto at = said.find(kProcess);
        return at == std::string::npos ? 0 : std::stoi(said.substr(at + kProcess.size()));
    }

    const TempDir dir;
    const TestCa ca;
    const std::filesystem::path key = dir.path() / "site.key";
    Fd pipe;  // its writing end
    std::unique_ptr<Process> proxy;
};

TEST_F(HeldStart, SignalsWaitUntilTheProxyServes) {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    start("");
    for (const int signal : {SIGHUP, SIGUSR1, SIGUSR2}) {
        proxy->signal(signal);
    }
    let_it_start();
    EXPECT_TRUE(proxy->says("configuration reloaded")) << proxy->err();
    EXPECT_TRUE(proxy->says("access log reopened")) << proxy->err();
    ASSERT_TRUE(proxy->says("has taken over")) << proxy->err();
    EXPECT_EQ(proxy->wait(), 0) << proxy->err();
    ::kill(successor(), SIGTERM);
    EXPECT_TRUE(eventually([&] {
        return ::kill(successor(), 0) != 0 || ::waitpid(successor(), nullptr, WNOHANG) > 0;
    }));
}

TEST_F(HeldStart, SignalsToTheKeeperWaitUntilItsProxyServes) {
    start("overlay: { netns: /proc/self/ns/net }\n");
    for (const int signal : {SIGHUP, SIGUSR1}) {
        proxy->signal(signal);
    }
    let_it_start();
    EXPECT_TRUE(proxy->says("configuration reloaded")) << proxy->err();
    EXPECT_TRUE(proxy->says("access log reopened")) << proxy->err();
    proxy->signal(SIGTERM);
    EXPECT_EQ(proxy->wait(), 0) << proxy->err();
}

std::size_t lines_in(const std::filesystem::path& file) {
    const auto text = read_file(file);
    return text ? static_cast<std::size_t>(std::count(text->begin(), text->end(), '\n')) : 0;
}

// As logrotate does it, without copytruncate: each request has its line in exactly one of the
// files.
TEST(Signals, ReopenTheAccessLogWithoutLosingALine) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "log: { access: access.ndjson }\n"
                         "limits: { requests_per_second: \"off\" }\n"};
    const auto log = proxy.dir().path() / "access.ndjson";
    std::atomic<bool> over = false;
    std::atomic<std::size_t> answered = 0;
    std::thread load{[&] {
        while (!over) {
            RawClient client = proxy.connect();
            for (int i = 0; i < 100 && !over; ++i) {
                client.send("GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n");
                const bool good = client.read_until("\r\n\r\nok").ends_with("ok");
                answered += good ? 1 : 0;
                over = over || !good;
            }
            client.close_notify();
        }
    }};
    constexpr int kRotations = 5;
    for (int i = 0; i < kRotations; ++i) {
        const std::size_t before = answered;
        EXPECT_TRUE(eventually([&] { return answered > before || over; }));
        const auto old = proxy.dir().path() / ("access." + std::to_string(i));
        std::filesystem::rename(log, old);
        ::kill(proxy.serving(), SIGUSR1);
        EXPECT_TRUE(eventually([&] { return std::filesystem::exists(log); }));
    }
    over = true;
    load.join();
    proxy.stop();
    std::size_t lines = lines_in(log);
    for (int i = 0; i < kRotations; ++i) {
        lines += lines_in(proxy.dir().path() / ("access." + std::to_string(i)));
    }
    EXPECT_EQ(lines, answered);
}

// A keeper passes it on, also to a proxy that drains.
TEST(Signals, ReopenTheLogsOfAllProxiesOfAKeeper) {
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({origin.port()}) +
                         "log: { access: access.ndjson }\n"
                         "overlay: { netns: /proc/self/ns/net }\n"};
    RawClient idle = proxy.connect();
    proxy.process().signal(SIGUSR2);
    ASSERT_TRUE(proxy.process().says("has taken over"));
    ASSERT_EQ(children(proxy.process().pid()).size(), 2U);
    proxy.process().signal(SIGUSR1);
    EXPECT_TRUE(eventually([&] {
        const std::string said = proxy.process().err();
        const auto first = said.find("access log reopened");
        return first != std::string::npos &&
               said.find("access log reopened", first + 1) != std::string::npos;
    })) << proxy.process().err();
    idle.close_notify();
}

TEST(Signals, DoNotEndDiscovery) {
    const TempDir dir;
    const std::string discovery_program = program("portcullis-discovery").string();
    ASSERT_EQ(
        run({{discovery_program, "keygen", "--out", (dir.path() / "swarm").string()}}).exit_code,
        0);
    const auto file = dir.write("portcullis.yaml",
                                "discovery: { docker: \"unix:///nonexistent/docker.sock\", "
                                "networks: [ edge ], socket: discovery.sock, snapshot: snapshot, "
                                "signing_key: swarm.key }\n");
    Process discovery{{{discovery_program, "--config", file.string()}}};
    ASSERT_TRUE(discovery.says("looking at the swarm")) << discovery.err();
    for (const int signal : {SIGUSR1, SIGUSR2, SIGHUP}) {
        discovery.signal(signal);
    }
    EXPECT_TRUE(discovery.says("configuration reloaded")) << discovery.err();
    discovery.signal(SIGTERM);
    EXPECT_EQ(discovery.wait(), 0) << discovery.err();
}

}  // namespace
}  // namespace portcullis::test
