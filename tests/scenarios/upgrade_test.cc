// SIGUSR2: the program on the disk takes over, and nobody outside notices.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace portcullis::test {
namespace {

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: shop.test\r\n\r\n";
constexpr std::string_view kUpgrade =
    "GET /terminal HTTP/1.1\r\nHost: shop.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

// Answers, or switches to a protocol that repeats what it hears.
void answers_or_echoes(RawOrigin::Connection& connection) {
    for (std::string head; !(head = connection.read_head()).empty();) {
        if (head.find("pgrade: websocket") == std::string::npos) {
            connection.send(answer("ok"));
            continue;
        }
        connection.send(
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
            "websocket\r\n\r\n");
        for (std::string byte; !(byte = connection.read(1)).empty();) {
            connection.send(byte);
        }
        return;
    }
}

std::string ask(RawClient& client) {
    client.send(kGet);
    return client.read_until("\r\n\r\nok");
}

TEST(Upgrade, LeavesEveryConnectionAndSessionWhole) {
    const RawOrigin origin{answers_or_echoes};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    RawClient idle = proxy.connect();
    EXPECT_TRUE(ask(idle).ends_with("ok"));
    const TlsSession session = idle.session();
    RawClient tunnel = proxy.connect();
    tunnel.send(kUpgrade);
    EXPECT_TRUE(tunnel.read_until("\r\n\r\n").starts_with("HTTP/1.1 101 "));
    EXPECT_EQ(proxy.count("handshakes_total"), 2);
    proxy.upgrade();
    EXPECT_EQ(proxy.count("handshakes_total"), 0) << "the new process answers at the admin socket";
    RawClient again = RawClient::tls(443, {.server_name = "shop.test", .session = session.get()});
    EXPECT_TRUE(again.resumed());
    EXPECT_TRUE(ask(again).ends_with("ok"));
    EXPECT_EQ(proxy.count("handshakes_resumed_total"), 1);
    EXPECT_NE(ask(idle).find("Connection: close\r\n"), std::string::npos)
        << "one more request, the last one";
    idle.close_notify();
    tunnel.send("hello");
    EXPECT_EQ(tunnel.read(5), "hello");
    EXPECT_TRUE(proxy.process().running()) << "as long as somebody needs it";
    tunnel.close_notify();
    tunnel.shutdown_write();
    EXPECT_EQ(proxy.process().wait(), 0);
}

// The key goes over with the process; no other process has it.
TEST(Upgrade, StickyCookiesLeadToTheSameEndpoints) {
    const RawOrigin origin{answers_or_echoes};
    ProxyUnderTest proxy{shop_at({origin.port()}, {"sticky: {}"})};
    const std::string set{proxy.get("https://shop.test/").header("set-cookie")};
    ASSERT_TRUE(set.starts_with("__Host-sticky-shop=")) << set;
    const std::vector<std::string> bring{"--cookie", set.substr(0, set.find(';'))};
    EXPECT_EQ(proxy.get("https://shop.test/", bring).header("set-cookie"), "");
    proxy.upgrade();
    EXPECT_EQ(proxy.get("https://shop.test/", bring).header("set-cookie"), "");
}

TEST(Upgrade, CutsWhatIsLeftAtTheDeadline) {
    const RawOrigin origin{answers_or_echoes};
    ProxyUnderTest proxy{shop_at({origin.port()}) + "timeouts: { shutdown: 100ms }\n"};
    RawClient tunnel = proxy.connect();
    tunnel.send(kUpgrade);
    tunnel.read_until("\r\n\r\n");
    proxy.upgrade();
    EXPECT_EQ(tunnel.read_to_end(), "");
    EXPECT_NE(tunnel.end(), End::open);
    tunnel.shutdown_write();
    EXPECT_EQ(proxy.process().wait(), 0);
}

TEST(Upgrade, LosesNoConnectionThatArrivesMeanwhile) {
    const RawOrigin origin{answers_or_echoes};
    ProxyUnderTest proxy{shop_at({origin.port()}) + "workers: 2\n"};
    std::atomic<bool> over = false;
    std::atomic<int> answered = 0;
    std::string failure;
    std::thread load{[&] {
        while (!over) {
            RawClient client = proxy.connect();
            const std::string all = ask(client);
            if (!all.starts_with("HTTP/1.1 200 ")) {
                failure = client.error() + ": " + all;
                over = true;
            }
            client.close_notify();
            ++answered;
        }
    }};
    // More workers than sockets, then fewer.
    for (const int workers : {3, 1}) {
        proxy.dir().write("portcullis.yaml",
                          "tls:\n  certificates:\n    - { certificate: site.pem, key: site.key }\n"
                          "admin: { socket: admin.sock }\nworkers: " +
                              std::to_string(workers) + "\n" + shop_at({origin.port()}));
        const std::string said = proxy.upgrade();
        EXPECT_NE(said.find(std::to_string(workers) + " workers"), std::string::npos) << said;
        const int before = answered;
        EXPECT_TRUE(eventually([&] { return answered > before + 8 || over; }));
    }
    over = true;
    load.join();
    EXPECT_EQ(failure, "");
}

TEST(Upgrade, ThatFailsChangesNothing) {
    const RawOrigin origin{answers_or_echoes};
    const std::string yaml = shop_at({origin.port()});
    ProxyUnderTest proxy{yaml};
    RawClient client = proxy.connect();
    EXPECT_TRUE(ask(client).ends_with("ok"));
    proxy.dir().write("portcullis.yaml", "routes: nonsense\n");
    const std::string said = proxy.upgrade("this process goes on serving");
    EXPECT_NE(said.find("the program was not replaced: the new process ended with exit code 1 "
                        "before it served"),
              std::string::npos)
        << said;
    EXPECT_EQ(ask(client).find("Connection: close"), std::string::npos);
    EXPECT_EQ(proxy.count("upgrades_failed"), 1);
    proxy.reload(yaml);
    proxy.upgrade();
    EXPECT_EQ(proxy.get("https://shop.test/").body, "ok");
}

// Plays systemd.
TEST(Upgrade, TellsTheServiceManagerWhichProcessServes) {
    const TempDir dir;
    const std::string path = (dir.path() / "notify").string();
    const Fd systemd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(systemd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
              0);
    std::filesystem::permissions(path, std::filesystem::perms{0777});  // as systemd's is
    std::string told;
    const auto hears = [&](std::string_view words) {
        return eventually([&] {
            std::array<char, 512> text{};
            const ssize_t size = ::recv(systemd.get(), text.data(), text.size(), MSG_DONTWAIT);
            told.append(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
            return told.find(words) != std::string::npos;
        });
    };
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    const RawOrigin origin{answers_or_echoes};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    ::unsetenv("NOTIFY_SOCKET");
    EXPECT_TRUE(hears("READY=1")) << told;
    told.clear();
    proxy.reload(shop_at({origin.port()}));
    EXPECT_TRUE(hears("READY=1")) << told;
    EXPECT_TRUE(told.starts_with("RELOADING=1\nMONOTONIC_USEC=")) << told;
    told.clear();
    const std::string said = proxy.upgrade();
    EXPECT_TRUE(hears("READY=1")) << told;
    const auto at = told.find("MAINPID=");
    ASSERT_NE(at, std::string::npos) << told;
    const std::string pid = told.substr(at + 8, told.find('\n', at) - at - 8);
    EXPECT_NE(said.find("process " + pid + " has taken over"), std::string::npos) << said;
    told.clear();
    proxy.begin_stop();
    EXPECT_TRUE(hears("STOPPING=1")) << told;
}

}  // namespace
}  // namespace portcullis::test
