// Whatever the relay writes is one message with the body that was meant, for every pair of
// protocols: the oracle reads back what went to the peers that speak HTTP/1, on connections that
// are kept, where a wrong length would be the beginning of somebody else's message.
#include "tests/proxy/relay/h2c_origin.h"
#include "tests/proxy/relay/http2_peer.h"
#include "tests/proxy/relay/written_messages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace portcullis::relay {
namespace {

using http::Body;
using test::H2cRequest;
using test::H2cResponse;
using test::Http2Peer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;
using test::WrittenMessages;

constexpr std::array kMethods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "REPORT"};
constexpr std::array kStatuses{200, 201, 204, 206, 302, 304, 401, 404, 500, 503};

struct Case {
    std::string method;
    Body::Kind request_kind = Body::Kind::none;
    std::string request_body;
    int status = 200;
    Body::Kind response_kind = Body::Kind::none;
    std::string response_body;
    bool trailers = false;
    bool interim = false;

    [[nodiscard]] bool has_body() const {
        return method != "HEAD" && status != 204 && status != 304;
    }

    [[nodiscard]] std::string told() const {
        return method + " body " + std::to_string(static_cast<int>(request_kind)) + ":" +
               std::to_string(request_body.size()) + " -> " + std::to_string(status) + " body " +
               std::to_string(static_cast<int>(response_kind)) + ":" +
               std::to_string(response_body.size()) + (trailers ? " trailers" : "") +
               (interim ? " interim" : "");
    }
};

class Dice {
  public:
    std::size_t below(std::size_t count) { return random_() % count; }

    bool once_in(std::size_t count) { return below(count) == 0; }

    // What could be taken for framing, or for another message, if it was read as one.
    std::string body() {
        constexpr std::array<std::string_view, 5> parts{
            "x", "0\r\n\r\n", "GET /smuggled HTTP/1.1\r\nHost: shop.test\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "5\r\nhello\r\n"};
        std::string body;
        for (std::size_t i = below(4); i > 0; --i) {
            body += parts[below(parts.size())];
        }
        return once_in(8) ? body + std::string(20'000, 'y') : body;
    }

    Case next() {
        Case made;
        made.method = kMethods[below(kMethods.size())];
        made.status = kStatuses[below(kStatuses.size())];
        made.request_kind = made.method == "HEAD" ? Body::Kind::none : kind();
        made.request_body = made.request_kind == Body::Kind::none ? "" : body();
        made.response_kind = kind();
        made.response_body = made.response_kind == Body::Kind::none ? "" : body();
        made.trailers = made.response_kind == Body::Kind::open && once_in(3);
        made.interim = once_in(6);
        return made;
    }

  private:
    Body::Kind kind() { return static_cast<Body::Kind>(below(3)); }

    std::mt19937 random_{20'261'201};
};

std::vector<Case> cases(std::size_t count) {
    Dice dice;
    std::vector<Case> all;
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(dice.next());
    }
    return all;
}

std::string chunked(std::string_view body, std::string_view trailers) {
    std::string out;
    if (!body.empty()) {
        char size[20];
        ::snprintf(size, sizeof size, "%zx\r\n", body.size());
        out = size + std::string{body} + "\r\n";
    }
    return out + "0\r\n" + std::string{trailers} + "\r\n";
}

// Of the path "/17": the case that the request is of.
const Case& case_of(const std::vector<Case>& all, std::string_view path) {
    return all.at(static_cast<std::size_t>(std::stoi(std::string{path.substr(1)})));
}

RawOrigin::Script http1_origin(const std::vector<Case>& all) {
    return [&all](RawOrigin::Connection& connection) {
        for (;;) {
            const WrittenMessages got =
                test::take_request([&](std::size_t size) { return connection.read(size); });
            if (got.all.empty()) {
                return;
            }
            const std::string& start = got.all[0].start;
            const Case& c = case_of(all, start.substr(start.find('/')));
            std::string out = c.interim ? "HTTP/1.1 103 Early Hints\r\n\r\n" : "";
            out += "HTTP/1.1 " + std::to_string(c.status) + " Said\r\n";
            const bool open = c.response_kind == Body::Kind::open;
            const std::size_t size = c.response_body.size();
            if (open && c.has_body()) {
                out += "Transfer-Encoding: chunked\r\n";
            } else if (c.status != 204 && !open) {
                out += "Content-Length: " + std::to_string(size) + "\r\n";
            }
            out += "\r\n";
            if (c.has_body()) {
                out += open ? chunked(c.response_body, c.trailers ? "X-Sum: 1\r\n" : "")
                            : c.response_body;
            }
            connection.send(out);
        }
    };
}

RawOrigin::Script http2_origin(const std::vector<Case>& all) {
    return test::H2cOrigin::serves([&all](const H2cRequest& request) {
        const Case& c = case_of(all, request.path);
        H2cResponse response{.status = c.status, .interim = c.interim};
        static thread_local std::string length;
        length = std::to_string(c.response_body.size());
        const bool none = c.response_kind == Body::Kind::none;
        if (c.response_kind == Body::Kind::length && c.status != 204) {
            response.fields = {{"content-length", length}};
        }
        response.ends_with_head = !c.has_body() || none;
        response.body = c.has_body() ? c.response_body : "";
        if (c.trailers && c.has_body()) {
            response.trailers = {{"x-sum", "1"}};
        }
        return response;
    });
}

Relay::Change speaks(Protocol protocol) {
    return [protocol](Config& config) { config.services[0].protocol = protocol; };
}

class Framing : public testing::TestWithParam<Protocol> {
  protected:
    // The body that the origin was sent for each case, by its path.
    void expect_requests() const {
        std::size_t seen = 0;
        for (const std::string& bytes : origin.received()) {
            const WrittenMessages got = test::read_requests(bytes);
            EXPECT_EQ(got.trouble, "") << bytes.substr(0, 2'000);
            for (const test::WrittenMessage& message : got.all) {
                const Case& c = case_of(all, message.start.substr(message.start.find('/')));
                EXPECT_EQ(message.body, c.request_body) << c.told();
                EXPECT_TRUE(message.start.starts_with(c.method + " ")) << c.told();
                ++seen;
            }
        }
        EXPECT_EQ(seen, all.size());
    }

    const std::vector<Case> all = cases(120);
    RawOrigin origin{GetParam() == Protocol::http1 ? http1_origin(all) : http2_origin(all)};
    Relay relay{origin.port(), speaks(GetParam())};
};

std::string request_of(const Case& c, std::size_t index) {
    std::string out = c.method + " /" + std::to_string(index) + " HTTP/1.1\r\nHost: shop.test\r\n";
    if (c.request_kind == Body::Kind::open) {
        return out + "Transfer-Encoding: chunked\r\n\r\n" + chunked(c.request_body, "");
    }
    if (c.request_kind == Body::Kind::length) {
        out += "Content-Length: " + std::to_string(c.request_body.size()) + "\r\n";
    }
    return out + "\r\n" + c.request_body;
}

TEST_P(Framing, OfWhatAClientOfHttp1GetsIsWholeOnOneConnection) {
    RawClient client = relay.connect();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Case& c = all[i];
        client.send(request_of(c, i));
        const WrittenMessages got =
            test::take_response([&](std::size_t size) { return client.read(size); }, c.method);
        ASSERT_EQ(got.trouble, "") << c.told();
        EXPECT_EQ(got.all[0].start, std::to_string(c.status)) << c.told();
        EXPECT_EQ(got.all[0].body, c.has_body() ? c.response_body : "") << c.told();
        EXPECT_FALSE(got.all[0].last) << c.told();
        const bool told_of_sum = c.trailers && c.has_body();
        EXPECT_EQ(got.all[0].trailers.size(), told_of_sum ? 1U : 0U) << c.told();
    }
    client.close_notify();
    EXPECT_EQ(client.read_to_end(), "") << "and not a byte more";
    if (GetParam() == Protocol::http1) {
        expect_requests();
    }
}

// Pipelined: a response that is too long or too short would shift all that follow.
TEST_P(Framing, OfPipelinedResponsesIsWhole) {
    RawClient client = relay.connect();
    std::string bytes;
    std::vector<std::string> methods;
    for (std::size_t i = 0; i < all.size(); ++i) {
        bytes += request_of(all[i], i);
        methods.push_back(all[i].method);
    }
    bytes += "GET /0 HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n";
    methods.emplace_back("GET");
    client.send(bytes);
    const std::string answered = client.read_to_end();
    const WrittenMessages got = test::read_responses(answered, methods, true);
    EXPECT_EQ(got.trouble, "");
    ASSERT_EQ(got.all.size(), methods.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        EXPECT_EQ(got.all[i].body, all[i].has_body() ? all[i].response_body : "") << all[i].told();
    }
}

TEST_P(Framing, OfWhatAClientOfHttp2MakesTheRelaySayIsWhole) {
    Http2Peer peer{relay};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const Case& c = all[i];
        const std::string path = "/" + std::to_string(i);
        const std::string length = std::to_string(c.request_body.size());
        std::vector<http::Field> fields;
        if (c.request_kind == Body::Kind::length) {
            fields = {{"content-length", length}};
        }
        const bool none = c.request_kind == Body::Kind::none;
        Http2Peer::Told& told = peer.open({c.method, "https", "shop.test", path}, none, fields);
        if (!none) {
            peer.send(told, c.request_body, true);
        }
        peer.finish(told);
        EXPECT_NE(told.log.find("answer " + std::to_string(c.status)), std::string::npos)
            << c.told() << ": " << told.log;
        EXPECT_EQ(told.body, c.has_body() ? c.response_body : "") << c.told();
        EXPECT_NE(told.log.find("closed 0 "), std::string::npos) << c.told() << ": " << told.log;
    }
    if (GetParam() == Protocol::http1) {
        expect_requests();
    }
}

INSTANTIATE_TEST_SUITE_P(Origins, Framing, testing::Values(Protocol::http1, Protocol::h2c),
                         [](const auto& named) {
                             return named.param == Protocol::http1 ? "Http1" : "H2c";
                         });

}  // namespace
}  // namespace portcullis::relay
