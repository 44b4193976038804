// Attacks that are known, by the tools that make them. Their client has 127.0.0.66; a good one has
// 127.0.0.1, and all of its requests are answered meanwhile.
#include "tests/support/process_facts.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

#include <functional>
#include <future>
#include <signal.h>

namespace portcullis::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kAttacker = "127.0.0.66";

void serve(RawOrigin::Connection& connection) {
    static const std::string large(8'000'000, 'x');  // more than the kernel takes off our hands
    for (std::string head = connection.read_head(); !head.empty(); head = connection.read_head()) {
        if (head.starts_with("GET /hang ")) {
            return connection.hang();
        }
        if (head.starts_with("POST ")) {
            connection.read(4096);
        }
        connection.send(answer(head.starts_with("GET /large ") ? large : "ok"));
    }
}

class Attacks : public testing::Test {
  protected:
    void start(const std::string& more) {
        proxy.emplace("workers: 1\n" + shop_at({origin.port()}, {"connect_timeout: 20s"}) + more);
        proxy->dir().write("ca.pem", proxy->ca().certificate_pem());
    }

    [[nodiscard]] std::string ca() const { return proxy->dir().path() / "ca.pem"; }

    [[nodiscard]] Command story(const std::string& name) const {
        return {{source("tests/scenarios/http2_peer.py"), name, ca(), kAttacker}};
    }

    [[nodiscard]] std::int64_t faults(std::string_view kind) const {
        return proxy->status().at("faults").at(kind).to_number<std::int64_t>();
    }

    // The good client's requests while the attack goes on, on new connections, in either protocol.
    void serves_others(const std::vector<std::string>& attack) {
        auto attacking = std::async(std::launch::async, [&] { return run({attack}, 120s); });
        int answered = 0;
        while (attacking.wait_for(0s) != std::future_status::ready || answered < 4) {
            const char* const protocol = answered % 2 == 0 ? "--http2" : "--http1.1";
            const Fetched fetched = proxy->get("https://shop.test/", {protocol});
            ASSERT_EQ(fetched.body, "ok") << answered << ": " << fetched.error;
            ++answered;
        }
        last = attacking.get();
    }

    // The same for an attack that does not end by itself: a slow reader takes minutes to read what
    // it was sent before it was cut off.
    void serves_others_until(const std::function<bool()>& so,
                             const std::vector<std::string>& attack) {
        Process attacker{{attack}};
        EXPECT_TRUE(eventually(
            [&] {
                const Fetched fetched = proxy->get("https://shop.test/");
                EXPECT_EQ(fetched.body, "ok") << fetched.error;
                return so();
            },
            60s))
            << attacker.out();
        attacker.signal(SIGKILL);
        attacker.wait();
    }

    RawOrigin origin{serve};
    std::optional<ProxyUnderTest> proxy;
    Ended last;  // of the attack
};

TEST_F(Attacks, HeadsThatAreRepeatedByAByteEachAreHeldUpToALimit) {
    start("limits: { connection_memory: 512KiB, client_memory: 1MiB }\n");
    serves_others(story("bomb").argv);
    int refused = 0;
    ASSERT_EQ(std::sscanf(last.out.c_str(), "refused %d of 100", &refused), 1) << last.err;
    EXPECT_GT(refused, 80) << "each holds some 40 KiB";
    EXPECT_EQ(proxy->count("http2_memory_exceeded_total"), refused);
}

TEST_F(Attacks, WhoeverFloodsAgainAndAgainIsNotLetInAnyMore) {
    start("limits: { offences_per_minute: 3 }\n");
    for (const char* const flood : {"rapid_reset", "settings_flood", "continuation"}) {
        serves_others(story(flood).argv);
        EXPECT_EQ(last.out, "goaway 11\n") << flood << last.err;
    }
    EXPECT_EQ(proxy->count("offences_total"), 3);
    serves_others({source("tests/scenarios/connecting_peer.py"), "10", ca(), kAttacker});
    EXPECT_EQ(last.out, "let in 0\n") << last.err;
    EXPECT_EQ(faults("client_offended"), 10);
}

TEST_F(Attacks, HandshakesAreNotMadeFasterThanALimit) {
    start("limits: { connections_per_second: 5 }\n");
    serves_others({source("tests/scenarios/connecting_peer.py"), "500", ca(), kAttacker});
    int let_in = 0;
    ASSERT_EQ(std::sscanf(last.out.c_str(), "let in %d", &let_in), 1) << last.err;
    EXPECT_GE(let_in, 50) << "ten seconds' worth at once";
    EXPECT_LT(let_in, 400);
    EXPECT_EQ(faults("client_too_fast"), 500 - let_in);
}

// slowhttptest: 100 connections, 50 a second, that hold on for as long as they are let. With
// slow heads and bodies it ends when the last of them was taken from it; the minute is for a
// machine that is slow to open them.
class SlowAttacks : public Attacks, public testing::WithParamInterface<const char*> {};

// Only what they are slow at has a short time: the good client is slow at everything on a busy
// machine.
TEST_P(SlowAttacks, CostThemTheirConnections) {
    const std::string kind = GetParam();
    const std::string slow_at = kind == "-H" ? "header" : "body";
    start(
        "  - { host: localhost, service: shop }\n"
        "tls:\n  certificates: [ { certificate: site.pem, key: site.key } ]\n"
        "  unknown_sni: default_certificate\n"  // it sends none
        "timeouts: { " +
        slow_at +
        ": 2s, idle: 2s }\n"
        "limits: { offences_per_minute: 100000 }\n");
    std::vector<std::string> attack{
        "slowhttptest", kind,  "-c100",
        "-r50",         "-i1", "-l60",
        "-p5",          "-u",  kind == "-X" ? "https://localhost/large" : "https://localhost/"};
    if (kind == "-X") {
        attack.insert(attack.end(), {"-w1", "-y2", "-n1", "-z1", "-k1"});
    }
    const auto slow = [&] {
        return faults("client_slow_header") + faults("client_slow_body") +
               faults("client_slow_reader");
    };
    if (kind == "-X") {
        serves_others_until([&] { return slow() > 0; }, attack);
    } else {
        serves_others(attack);
    }
    EXPECT_TRUE(eventually([&] { return proxy->count("connections_open") <= 1; }));
    EXPECT_GT(slow(), 0) << last.out;
}

INSTANTIATE_TEST_SUITE_P(Slowhttptest, SlowAttacks, testing::Values("-H", "-B", "-X"));

// nginx once closed such connections to make room, and went on with their streams.
TEST_F(Attacks, AtTheConnectionLimitNoStreamIsLost) {
    start("limits: { connections_per_worker: 16 }\n");
    const Ended ended = run(story("full"), 60s);
    EXPECT_EQ(ended.out, "64 turned away, 16 of 16 whole\n") << ended.err;
}

}  // namespace
}  // namespace portcullis::test
