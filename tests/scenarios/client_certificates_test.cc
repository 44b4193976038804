// Who may do what is decided for each request. Every way in (SNI, version, ticket, a ClientHello in
// pieces, spelling) is combined with every host and path asked for on that connection and with
// every kind of client certificate, and compared with an oracle that knows only the table below.
#include "tests/support/http2_client.h"
#include "tests/support/process.h"
#include "tests/support/proxy.h"
#include "tests/support/raw_origin.h"
#include "tests/support/tls_connection.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using test::Issued;
using test::TestCa;
using test::TlsConnection;

// What the clients are.
enum class Holder { nobody, good_a, through_a, expired_a, revoked_a, good_b, stranger };
constexpr std::array kHolders{Holder::nobody,    Holder::good_a,    Holder::through_a,
                              Holder::expired_a, Holder::revoked_a, Holder::good_b,
                              Holder::stranger};

// Which ticket is offered: one of the same name, or of another.
enum class Ticket { none, own, foreign };

enum class Wants { nothing, optional, required };

// What is asked for: a route of the configuration below, as the oracle knows it. authority: A, or C
// for A with its revocation list, or B.
struct Target {
    std::string_view host;
    std::string_view path;
    Wants wants;
    char authority;
};

constexpr std::array kTargets{
    Target{"open.test", "/", Wants::nothing, ' '},
    Target{"a.test", "/", Wants::required, 'A'},
    Target{"a.test", "/free", Wants::nothing, ' '},
    Target{"a.test", "/perhaps", Wants::optional, 'A'},
    Target{"b.test", "/", Wants::required, 'B'},
    Target{"both.test", "/a", Wants::required, 'A'},
    Target{"both.test", "/b", Wants::required, 'B'},
    Target{"list.test", "/", Wants::required, 'C'},
    Target{"perhaps.test", "/", Wants::optional, 'A'},
    Target{"one.wild.test", "/", Wants::required, 'A'},
    Target{"two.wild.test", "/", Wants::required, 'A'},
    Target{"free.wild.test", "/", Wants::nothing, ' '},  // takes itself out of the wildcard
};
constexpr std::array<std::string_view, 8> kSnis{"open.test",     "a.test",        "b.test",
                                                "both.test",     "list.test",     "perhaps.test",
                                                "one.wild.test", "free.wild.test"};

constexpr std::string_view kRoutes = R"(
routes:
  - { host: open.test, service: echo }
  - { host: a.test, service: echo, client_certificate: required }
  - { host: a.test, path: /free, service: echo }
  - { host: a.test, path: /perhaps, service: echo, client_certificate: optional }
  - { host: b.test, service: echo, client_certificate: required, client_ca: b.pem }
  - { host: both.test, path: /a, service: echo, client_certificate: required }
  - { host: both.test, path: /b, service: echo, client_certificate: required, client_ca: b.pem }
  - { host: list.test, service: echo, client_certificate: required, client_crl: list.pem }
  - { host: perhaps.test, service: echo, client_certificate: optional }
  - { host: "*.wild.test", service: echo, client_certificate: required }
  - { host: free.wild.test, service: echo }
)";

// ---- the oracle ----

// Whether somebody who came in by this SNI has been asked for a certificate of that authority. The
// list changes nothing about who is asked.
bool asked(std::string_view sni, char authority) {
    const char file = authority == 'C' ? 'A' : authority;
    return std::any_of(kTargets.begin(), kTargets.end(), [&](const Target& target) {
        return target.host == sni && target.wants != Wants::nothing &&
               (target.authority == 'C' ? 'A' : target.authority) == file;
    });
}

bool believed(Holder holder, char authority) {
    switch (holder) {
        case Holder::good_a:
        case Holder::through_a:
            return authority == 'A' || (authority == 'C' && holder == Holder::good_a);
        case Holder::revoked_a:
            return authority == 'A';
        case Holder::good_b:
            return authority == 'B';
        default:
            return false;
    }
}

struct Expected {
    int status;
    std::string verified;  // what the origin is told; empty: nothing
};

Expected expected(std::string_view sni, Holder holder, const Target& target) {
    if (target.wants == Wants::nothing) {
        return {200, ""};
    }
    if (!asked(sni, target.authority)) {
        return {421, ""};
    }
    if (believed(holder, target.authority)) {
        return {200, "yes"};
    }
    if (target.wants == Wants::required) {
        return {403, ""};
    }
    return {200, holder == Holder::nobody ? "none" : "no"};
}

// ---- the world ----

// Answers each request with the head it got.
void echo(test::RawOrigin::Connection& connection) {
    for (std::string head = connection.read_head(); !head.empty(); head = connection.read_head()) {
        connection.send(test::answer(head));
    }
}

std::string spelled(std::string_view name, unsigned way) {
    std::string text{name};
    if (way % 2 == 1) {
        std::transform(text.begin(), text.end(), text.begin(),
                       [](unsigned char c) { return std::toupper(c); });
        text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
    }
    return text + (way / 2 % 2 == 1 ? "." : "") + (way / 4 % 2 == 1 ? ":443" : "");
}

using Protocols = std::vector<std::string>;
const Protocols kNone;
const Protocols kHttp1{"http/1.1"};
const Protocols kBoth{"http/1.1", "h2"};  // the order is the client's wish, the choice is ours

struct WayIn {
    TlsConnection::Pieces pieces;
    Ticket ticket;
    Protocols alpn;
};

std::vector<WayIn> ways_in() {
    using enum TlsConnection::Pieces;
    std::vector<WayIn> all;
    for (const auto pieces : {whole, segments, records}) {
        for (const Protocols& alpn : {kNone, kHttp1, kBoth}) {
            for (const Ticket ticket : {Ticket::none, Ticket::own, Ticket::foreign}) {
                all.push_back({pieces, ticket, alpn});
            }
        }
    }
    return all;
}

class ClientCertificates : public testing::Test {
  protected:
    ClientCertificates() {
        shown[Holder::good_a] = a.issue({.common_name = "good"});
        shown[Holder::through_a] = between.issue({.common_name = "through"});
        shown[Holder::expired_a] = a.issue({.from = -2h, .until = -1h, .common_name = "expired"});
        shown[Holder::revoked_a] = a.issue({.common_name = "revoked"});
        shown[Holder::good_b] = b.issue({.common_name = "other"});
        shown[Holder::stranger] = TestCa{}.issue({.common_name = "stranger"});
        proxy.emplace(configuration());
    }

    std::string configuration() {
        files.write("a.pem", a.certificate_pem());
        files.write("b.pem", b.certificate_pem());
        files.write("list.pem", a.revoke({shown[Holder::revoked_a].certificate_pem}));
        site.issue_into(files, "site",
                        {.names = {"open.test", "a.test", "b.test", "both.test", "list.test",
                                   "perhaps.test", "*.wild.test"},
                         .until = std::chrono::days{60}});
        std::string routes{kRoutes};
        for (const std::string name : {" b.pem", " list.pem"}) {
            for (std::size_t at = 0; (at = routes.find(name, at)) != std::string::npos;) {
                routes.replace(at + 1, name.size() - 1, path(name.substr(1)));
            }
        }
        return "tls:\n  certificates: [ { certificate: " + path("site.pem") +
               ", key: " + path("site.key") + " } ]\n  client_ca: " + path("a.pem") +
               "\nlimits: { connections_per_second: \"off\", requests_per_second: \"off\" }" +
               "\nservices: { echo: { endpoints: [ \"" + origin.address() + "\" ] } }" + routes;
    }

    [[nodiscard]] std::string path(const std::string& name) const {
        return (files.path() / name).string();
    }

    [[nodiscard]] TlsConnection connect(Holder holder, TlsConnection::Wanted wanted) const {
        if (holder != Holder::nobody) {
            wanted.shown = shown.at(holder);
        }
        if (holder == Holder::through_a) {
            wanted.intermediates = between.certificate_pem();
        }
        return TlsConnection{443, wanted};
    }

    // A request that claims to be somebody, for what is behind a target; in the protocol that the
    // connection has agreed on.
    static TlsConnection::Answer ask(TlsConnection& connection, test::Http2Client* http2,
                                     const std::string& host, std::string_view path) {
        return http2 == nullptr ? connection.fetch(request(host, path))
                                : http2->fetch(host, std::string{path},
                                               {{"x-client-certificate-verified", "yes"},
                                                {"x_client_certificate_verified", "yes"},
                                                {"x-client-certificate_subject", "CN=root"},
                                                {"x-client-certificate-fingerprint", "00"}});
    }

    static std::string request(std::string_view host, std::string_view path) {
        return "GET " + std::string{path} + " HTTP/1.1\r\nHost: " + std::string{host} +
               "\r\nX-Client-Certificate-Verified: yes\r\nX_Client_Certificate_Verified: yes\r\n"
               "x-client_CERTIFICATE-subject: CN=root\r\nX-CLIENT-CERTIFICATE-FINGERPRINT: "
               "00\r\n\r\n";
    }

    void expect(TlsConnection& connection, test::Http2Client* http2, std::string_view sni,
                Holder holder, const Target& target, unsigned way) {
        const auto answer = ask(connection, http2, spelled(target.host, way), target.path);
        const Expected want = expected(sni, holder, target);
        ++requests;
        ASSERT_EQ(answer.status, want.status)
            << "SNI " << sni << ", host " << spelled(target.host, way) << target.path << ", holder "
            << static_cast<int>(holder) << (connection.resumed() ? ", resumed, " : ", ")
            << connection.alpn() << '\n'
            << answer.body;
        if (answer.status == 200) {
            EXPECT_EQ(told(answer.body, "X-Client-Certificate-Verified: "), want.verified)
                << answer.body;
            EXPECT_EQ(told(answer.body, "X-Client-Certificate-Subject: ").empty(),
                      want.verified != "yes")
                << answer.body;
            EXPECT_EQ(answer.body.find("CN=root"), std::string::npos) << answer.body;
            EXPECT_EQ(answer.body.find("ertificate_"), std::string::npos) << answer.body;
        }
    }

    // The value of the one field of that name in what the origin got.
    static std::string told(const std::string& head, std::string_view field) {
        const std::size_t at = head.find(field);
        if (at == std::string::npos) {
            return "";
        }
        EXPECT_EQ(head.find(field, at + 1), std::string::npos) << head;
        const std::size_t begin = at + field.size();
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }

    TestCa site;
    TestCa a{test::KeyKind::ecdsa_p256, "authority A"};
    TestCa b{test::KeyKind::ecdsa_p256, "authority B"};
    TestCa between{a, "between"};
    std::map<Holder, Issued> shown;
    test::TempDir files;
    test::RawOrigin origin{echo};
    std::optional<test::ProxyUnderTest> proxy;
    int requests = 0;
};

class ClientCertificatesOf : public ClientCertificates, public testing::WithParamInterface<int> {};

// Every SNI × holder × ALPN, each connection whole and in two kinds of pieces, fresh,
// resumed, and with a ticket of another name; on each of them every target, in alternating
// spellings, in the protocol that was agreed on.
TEST_P(ClientCertificatesOf, AreJudgedForEachRequestHoweverTheClientGotIn) {
    std::mt19937 random{20261124};  // the same every time
    std::map<Holder, test::TlsTicket> foreign;
    const int version = GetParam();
    unsigned way = 0;
    for (const std::string_view sni : kSnis) {
        for (const Holder holder : kHolders) {
            test::TlsTicket own;
            for (const auto& [pieces, kind, alpn] : ways_in()) {
                SSL_SESSION* const ticket = kind == Ticket::none  ? nullptr
                                            : kind == Ticket::own ? own.get()
                                                                  : foreign[holder].get();
                TlsConnection connection = connect(holder, {.server_name = spelled(sni, way % 4),
                                                            .version = version,
                                                            .alpn = alpn,
                                                            .ticket = ticket,
                                                            .pieces = pieces});
                ASSERT_TRUE(connection.established()) << connection.error() << ' ' << sni;
                const bool h2 = alpn == kBoth;
                ASSERT_EQ(connection.alpn() == "h2", h2);
                std::optional<test::Http2Client> http2;
                if (h2) {
                    http2.emplace(connection);
                }
                std::vector<Target> targets{kTargets.begin(), kTargets.end()};
                std::shuffle(targets.begin(), targets.end(), random);
                for (const Target& target : targets) {
                    ASSERT_NO_FATAL_FAILURE(
                        expect(connection, http2 ? &*http2 : nullptr, sni, holder, target, way++));
                }
                EXPECT_EQ(connection.resumed(), kind == Ticket::own && ticket != nullptr) << sni;
                if (auto taken = connection.take_ticket()) {
                    own = std::move(taken);
                }
                ++way;
            }
            if (own) {
                foreign[holder] = std::move(own);
            }
        }
    }
    RecordProperty("requests", requests);
    EXPECT_EQ(requests, 8 * 7 * 27 * 12);
}

INSTANTIATE_TEST_SUITE_P(TlsVersions, ClientCertificatesOf,
                         testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_F(ClientCertificates, AreJudgedByTheNewestListAlsoOnAnOpenConnection) {
    const std::string yaml = configuration();
    TlsConnection connection = connect(Holder::good_a, {.server_name = "list.test"});
    EXPECT_EQ(connection.fetch(request("list.test", "/")).status, 200);
    files.write("list.pem", a.revoke({shown[Holder::good_a].certificate_pem}));
    proxy->reload(yaml);
    EXPECT_EQ(connection.fetch(request("list.test", "/")).status, 403);
    EXPECT_EQ(connection.fetch(request("a.test", "/free")).status, 200) << "the connection goes on";
    EXPECT_EQ(connection.fetch(request("a.test", "/")).status, 200) << "judged without the list";
}

TEST_F(ClientCertificates, AreShownByARealClient) {
    const test::Curl curl{files.write("site-ca.pem", site.certificate_pem())};
    const std::vector<std::string> good{
        "--cert", files.write("good.pem", shown[Holder::good_a].certificate_pem), "--key",
        files.write("good.key", shown[Holder::good_a].key_pem)};
    EXPECT_EQ(curl("https://a.test/").status, 403);
    EXPECT_EQ(curl("https://a.test/", good).status, 200);
    EXPECT_EQ(curl("https://b.test/", good).status, 403) << "another authority's";
    auto elsewhere = good;
    elsewhere.insert(elsewhere.end(), {"--header", "Host: a.test"});
    EXPECT_EQ(curl("https://open.test/", elsewhere).status, 421) << "never asked under this name";
    EXPECT_EQ(proxy->status().at("faults").at("certificate_missing").to_number<int>(), 1);
    EXPECT_EQ(proxy->status().at("faults").at("certificate_refused").to_number<int>(), 1);
    EXPECT_EQ(proxy->status().at("faults").at("certificate_not_asked").to_number<int>(), 1);
}

}  // namespace
}  // namespace portcullis
