// The same records, well-formed and not, to portcullis-proxy and to "openssl s_server" with the
// same policy. What the two answer differently is listed here with the reason; nothing else may.
#include "tests/support/proxy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <sstream>

namespace portcullis::test {
namespace {

using Answers = std::map<std::string, std::string>;  // of each case, by its name

struct Difference {
    const char* openssl;
    const char* ours;
    const char* why;
    std::set<std::string> cases;
};

const std::vector<Difference> kDifferences = {
    {"unexpected_message",
     "nothing",
     "what does not begin as a handshake is closed before OpenSSL is asked",
     {"a record of an unknown type", "a heartbeat", "application data first",
      "ChangeCipherSpec first", "a fatal alert first", "a warning first", "five warnings first",
      "an alert of 1 byte", "an alert of an unknown level", "close_notify first"}},
    {"protocol_version", "nothing", "the same", {"a hello of SSL 2"}},
    {"nothing", "plain text", "HTTP gets a page that says what to do", {"HTTP"}},
    {"ServerHello encrypted",
     "decode_error",
     "RFC 6066, 3: a name has at least one byte",
     {"an empty name"}},
};

Answers answers_of(std::uint16_t port) {
    const Ended ended = run({{source("tests/conformance/tls/run.py"), std::to_string(port)}}, 100s);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
    Answers answers;
    std::istringstream lines{ended.out};
    for (std::string line; std::getline(lines, line);) {
        const std::size_t colon = line.rfind(": ");
        answers[line.substr(0, colon)] = line.substr(colon + 2);
    }
    return answers;
}

// OpenSSL's server says decode_error when the client's bytes end in the middle of a handshake. A
// client that has gone is told nothing by ours.
std::string without_end(std::string answer) {
    constexpr std::string_view kEnd = "decode_error";
    if (answer == kEnd) {
        return "nothing";
    }
    return answer.ends_with(kEnd) ? answer.substr(0, answer.size() - kEnd.size() - 1) : answer;
}

TEST(TlsConformance, RecordsAreAnsweredAsOpensslAnswersThem) {
    ProxyUnderTest proxy{
        "workers: 1\n"
        "tls:\n  certificates: [ { certificate: site.pem, key: site.key } ]\n"
        "  unknown_sni: default_certificate\n" +
        shop_at({7001}) + kAnyRate};
    const std::string files = proxy.dir().path().string();
    const Process server{{.argv = {"openssl",
                                   "s_server",
                                   "-accept",
                                   "127.0.0.1:7443",
                                   "-cert",
                                   files + "/site.pem",
                                   "-key",
                                   files + "/site.key",
                                   "-www",
                                   "-no_tls1",
                                   "-no_tls1_1",
                                   "-serverpref",
                                   "-prioritize_chacha",
                                   "-no_renegotiation",
                                   "-alpn",
                                   "h2,http/1.1",
                                   "-groups",
                                   "X25519:P-256:P-384",
                                   "-cipher",
                                   "ECDHE+AESGCM:ECDHE+CHACHA20"}}};
    ASSERT_TRUE(eventually([] { return RawClient::plain(7443).connected(); })) << server.err();
    const Answers wanted = answers_of(7443);
    const Answers ours = answers_of(443);
    ASSERT_GT(wanted.size(), 100U);
    std::set<std::string> seen;
    for (const auto& [name, answer] : wanted) {
        const std::string& own = ours.at(name);
        if (own == answer || own == without_end(answer)) {
            continue;
        }
        const bool explained = std::any_of(
            kDifferences.begin(), kDifferences.end(), [&](const Difference& difference) {
                return difference.cases.contains(name) && answer == difference.openssl &&
                       own == difference.ours;
            });
        EXPECT_TRUE(explained) << fmt::format("{}: openssl: {}; ours: {}", name, answer, own);
        seen.insert(name);
    }
    for (const Difference& difference : kDifferences) {
        for (const std::string& name : difference.cases) {
            EXPECT_TRUE(seen.contains(name)) << name << " is no difference any more";
        }
    }
}

}  // namespace
}  // namespace portcullis::test
