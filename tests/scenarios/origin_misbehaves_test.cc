// Origins that refuse, hang, die or lie: the client gets the matching status at once, or a visibly
// broken body; never a wrong answer, never silence.
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"

#include <gtest/gtest.h>

namespace portcullis::test {
namespace {

const std::vector<std::string> kImpatient{"connect_timeout: 300ms", "response_timeout: 300ms"};

struct Case {
    std::string name;
    RawOrigin::Script script;  // after the request's head has been read
    int status;
};

std::vector<Case> answers_that_are_none() {
    const auto sends = [](std::string bytes) {
        return [bytes](RawOrigin::Connection& connection) { connection.send(bytes); };
    };
    return {
        {"closes at once", [](auto&) {}, 502},
        {"resets at once", [](auto& connection) { connection.reset(); }, 502},
        {"closes in the status line", sends("HTTP/1.1 20"), 502},
        {"closes in the head", sends("HTTP/1.1 200 OK\r\nContent-Le"), 502},
        {"is no HTTP", sends("SSH-2.0-OpenSSH_9.2\r\n\r\n"), 502},
        {"two lengths",
         sends("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), 502},
        {"negative length", sends("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), 502},
        {"length and encoding",
         sends(
             "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
         502},
        {"never answers", [](auto& connection) { connection.hang(); }, 504},
        {"stops in the head",
         [](auto& connection) {
             connection.send("HTTP/1.1 200 OK\r\n");
             connection.hang();
         },
         504},
    };
}

TEST(OriginMisbehaves, TheClientIsToldWithAStatus) {
    for (const Case& test : answers_that_are_none()) {
        const RawOrigin origin{[&](auto& connection) {
            connection.read_head();
            test.script(connection);
        }};
        ProxyUnderTest proxy{shop_at({origin.port()}, kImpatient)};
        const Fetched fetched = proxy.get("https://shop.test/");
        EXPECT_EQ(fetched.status, test.status) << test.name << ": " << fetched.error;
        EXPECT_EQ(fetched.exit_code, 0) << test.name << ": " << fetched.error;
        EXPECT_EQ(origin.connections(), 1) << test.name << ": sent again";
    }
}

TEST(OriginMisbehaves, AnUnreachableOneIsToldApartFromASilentOne) {
    const RefusingPort refusing;
    const SilentPort silent;
    EXPECT_EQ(
        ProxyUnderTest{shop_at({refusing.port()}, kImpatient)}.get("https://shop.test/").status,
        502);
    EXPECT_EQ(ProxyUnderTest{shop_at({silent.port()}, kImpatient)}.get("https://shop.test/").status,
              504);
    EXPECT_EQ(ProxyUnderTest{shop_at({})}.get("https://shop.test/").status, 503);
}

TEST(OriginMisbehaves, AnotherEndpointServesWhenOneRefuses) {
    const RefusingPort refusing;
    const RawOrigin origin{always(answer("ok"))};
    ProxyUnderTest proxy{shop_at({refusing.port(), origin.port()}, {"balance: round_robin"})};
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/").body, "ok") << i;
    }
}

// curl exits with 18 for a body shorter than announced, 56 for a connection that broke.
TEST(OriginMisbehaves, ABodyThatEndsEarlyIsNotMadeToLookWhole) {
    struct Cut {
        std::string framing;
        std::string end;  // after a while; then the connection is closed or reset
    };

    const std::vector<Cut> cuts{{"Content-Length: 10\r\n\r\nhello", ""},
                                {"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", ""},
                                {"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "zz\r\n"}};
    for (const bool reset : {false, true}) {
        for (const Cut& cut : cuts) {
            const RawOrigin origin{[&](auto& connection) {
                connection.read_head();
                connection.send("HTTP/1.1 200 OK\r\n" + cut.framing);
                connection.pause(100ms);
                connection.send(cut.end);
                if (reset) {
                    connection.reset();
                }
            }};
            ProxyUnderTest proxy{shop_at({origin.port()}, kImpatient)};
            const Fetched fetched = proxy.get("https://shop.test/");
            EXPECT_TRUE(fetched.exit_code == 18 || fetched.exit_code == 56)
                << cut.framing << cut.end << ": " << fetched.exit_code;
            EXPECT_EQ(fetched.body, "hello") << cut.framing << cut.end;
        }
    }
}

TEST(OriginMisbehaves, SlowOnesAreWaitedForAsLongAsBytesMove) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send_slowly(answer("slow but sure"), 7, 30ms);
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    EXPECT_EQ(proxy.get("https://shop.test/").body, "slow but sure");
}

TEST(OriginMisbehaves, WhatItSendsAfterItsAnswerIsNobodysAnswer) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(answer("mine") + answer("stolen"));
        connection.hang();
    }};
    ProxyUnderTest proxy{"workers: 1\n" + shop_at({origin.port()})};
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(proxy.get("https://shop.test/").body, "mine");
    }
}

TEST(OriginMisbehaves, AnAnswerBeforeTheBodyIsCompleteReachesTheClient) {
    const RawOrigin origin{[](auto& connection) {
        connection.read_head();
        connection.send(answer("too large", "413 Content Too Large", "Connection: close\r\n"));
    }};
    ProxyUnderTest proxy{shop_at({origin.port()})};
    const std::string file = proxy.dir().write("upload", std::string(20'000'000, 'x'));
    EXPECT_EQ(
        proxy.get("https://shop.test/", {"-H", "Expect:", "--data-binary", "@" + file}).status,
        413);
}

}  // namespace
}  // namespace portcullis::test
