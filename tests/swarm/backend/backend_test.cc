// The lab's backend as its clients see it: it is what rolling updates are judged by.
#include "tests/support/process.h"
#include "tests/support/raw_client.h"

#include <gtest/gtest.h>

#include <memory>
#include <signal.h>

namespace portcullis::test {
namespace {

constexpr std::uint16_t kPort = 8080;  // in a network of the test's own

using Environment = std::vector<std::pair<std::string, std::string>>;

int check() {
    return run({.argv = {program("swarm_backend"), "--check"}}).exit_code.value_or(-1);
}

std::unique_ptr<Process> start(Environment environment = {}) {
    auto backend = std::make_unique<Process>(
        Command{.argv = {program("swarm_backend")}, .environment = std::move(environment)});
    EXPECT_TRUE(eventually([] { return check() == 0; }));
    return backend;
}

std::string get(RawClient& client, const std::string& target, const std::string& more = "") {
    client.send("GET " + target + " HTTP/1.1\r\n" + more + "\r\n");
    const std::string head = client.read_until("\r\n\r\n");
    return head + client.read_until("\n");
}

// Leaves a request half sent, of which the backend has seen the beginning.
RawClient busy_client() {
    RawClient client = RawClient::plain(kPort);
    client.send("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("h");
    return client;
}

bool refuses() {
    return eventually([] { return !RawClient::plain(kPort).connected(); });
}

TEST(Backend, SaysWhoItIsAndWhoAsked) {
    const auto backend = start({{"VERSION", "2"}});
    RawClient client = RawClient::plain(kPort);
    const std::string answer = get(client, "/", "X-Forwarded-For: 192.0.2.7\r\n");
    EXPECT_NE(answer.find("\r\nBackend: "), std::string::npos) << answer;
    EXPECT_NE(answer.find("\r\nCame-At: "), std::string::npos) << answer;
    EXPECT_EQ(client.read_until("7\n"), "version 2\nclient 127.0.0.1\nforwarded-for 192.0.2.7\n");
    EXPECT_TRUE(get(client, "/healthz").ends_with("\r\n\r\nhealthy\n")) << "on the same connection";
}

TEST(Backend, CountsWhatItIsSent) {
    const auto backend = start();
    RawClient client = RawClient::plain(kPort);
    client.send("POST / HTTP/1.1\r\nContent-Length: 100000\r\n\r\n" + std::string(100'000, 'x'));
    EXPECT_EQ((client.read_until("\r\n\r\n"), client.read_until("\n")), "bytes 100000\n");
    client.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    EXPECT_EQ((client.read_until("\r\n\r\n"), client.read_until("\n")), "bytes 5\n");
}

TEST(Backend, RepeatsWhatATunnelSays) {
    const auto backend = start();
    RawClient client = RawClient::plain(kPort);
    client.send("GET /echo HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhel");
    EXPECT_TRUE(client.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    client.send("lo");
    EXPECT_EQ(client.read(5), "hello");
}

TEST(Backend, FinishesWhatIsUnderWayAndClosesTheRest) {
    const auto backend = start();
    RawClient idle = RawClient::plain(kPort);
    get(idle, "/healthz");
    RawClient busy = busy_client();
    backend->signal(SIGTERM);
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_TRUE(refuses());
    busy.send("i");
    EXPECT_NE(busy.read_until("\r\n\r\n").find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_EQ(busy.read_to_end(), "bytes 2\n");
    EXPECT_EQ(backend->wait(), 0);
}

TEST(Backend, GoesOnForAWhileIfItIsLame) {
    const auto backend = start({{"LAME_MS", "60000"}});
    RawClient idle = RawClient::plain(kPort);
    get(idle, "/healthz");
    backend->signal(SIGTERM);
    EXPECT_EQ(check(), 0);
    EXPECT_TRUE(get(idle, "/healthz").ends_with("healthy\n"));
}

TEST(Backend, LingersForThoseItHas) {
    const auto backend = start({{"ON_TERM", "linger"}});
    {
        RawClient idle = RawClient::plain(kPort);
        get(idle, "/healthz");
        backend->signal(SIGTERM);
        EXPECT_TRUE(refuses());
        EXPECT_TRUE(get(idle, "/healthz").ends_with("healthy\n"));
    }
    EXPECT_EQ(backend->wait(), 0);
}

TEST(Backend, ExitsAtOnceIfToldSo) {
    const auto backend = start({{"ON_TERM", "exit"}});
    RawClient busy = busy_client();
    backend->signal(SIGTERM);
    EXPECT_EQ(busy.read_to_end(), "");
    EXPECT_EQ(backend->wait(), 0);
}

TEST(Backend, OpensItsPortLate) {
    const auto begun = std::chrono::steady_clock::now();
    const auto backend = start({{"START_MS", "300"}});
    EXPECT_GE(std::chrono::steady_clock::now() - begun, 300ms);
}

}  // namespace
}  // namespace portcullis::test
