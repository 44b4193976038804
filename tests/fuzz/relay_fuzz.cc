// A client's bytes over HTTP/1, whatever they are, against an origin of HTTP/1 and one of HTTP/2.
// By our own strict reading they are some whole requests, and perhaps something else behind those.
// No request arrives at an origin that is not one of these, with its path and its body; and what
// the client gets back are whole responses, one for each request, and at most one more for what is
// behind.
#include "base/check.h"
#include "proxy/http/path.h"
#include "proxy/http1/parser.h"
#include "tests/proxy/relay/h2c_origin.h"
#include "tests/proxy/relay/relay_fixture.h"
#include "tests/proxy/relay/written_messages.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <mutex>
#include <tuple>

namespace portcullis {
namespace {

using test::H2cRequest;
using test::RawClient;
using test::RawOrigin;
using test::WrittenMessage;
using test::WrittenMessages;

constexpr http1::HeadLimits kAny{1U << 16U, 1U << 18U, 500};

struct Request {
    std::string method;
    std::string target;
    std::string body;

    bool operator==(const Request&) const = default;
};

// What has arrived at an origin, on any of its connections.
class Arrivals {
  public:
    void add(Request request) {
        const std::lock_guard lock{mutex_};
        requests_.push_back(std::move(request));
    }

    std::vector<Request> take() {
        const std::lock_guard lock{mutex_};
        return std::exchange(requests_, {});
    }

  private:
    std::mutex mutex_;
    std::vector<Request> requests_;
};

RawOrigin::Script http1_origin(Arrivals& arrivals) {
    return [&arrivals](RawOrigin::Connection& connection) {
        for (;;) {
            const WrittenMessages got =
                test::take_request([&](std::size_t size) { return connection.read(size); });
            if (got.all.empty()) {
                return;
            }
            const std::string& start = got.all[0].start;
            const std::size_t space = start.find(' ');
            arrivals.add({start.substr(0, space), start.substr(space + 1), got.all[0].body});
            const bool bare = start.starts_with("HEAD ");
            connection.send(bare ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                                 : test::answer("ok"));
        }
    };
}

RawOrigin::Script http2_origin(Arrivals& arrivals) {
    return test::H2cOrigin::serves([&arrivals](const H2cRequest& request) {
        arrivals.add({request.method, request.path, request.body});
        test::H2cResponse response;
        response.ends_with_head = request.method == "HEAD";
        response.body = response.ends_with_head ? "" : "ok";
        return response;
    });
}

struct Side {
    explicit Side(Protocol protocol)
        : origin{protocol == Protocol::http1 ? http1_origin(arrivals) : http2_origin(arrivals)},
          relay{origin.port(),
                [protocol](Config& config) { config.services[0].protocol = protocol; }} {}

    Arrivals arrivals;
    RawOrigin origin;
    test::Relay relay;
};

Side& side(bool http2) {
    static Side one{Protocol::http1};
    static Side two{Protocol::h2c};
    return http2 ? two : one;
}

// As it is forwarded: by the path that its route was found by.
Request meant_by(const WrittenMessage& message) {
    http1::RequestParser parser;
    CHECK(parser.feed(message.head, kAny) == http1::Step::done && "it was read before");
    const http::RequestHead& head = parser.head();
    std::string path;
    if (head.path.empty() || !http::normalise(head.path, path)) {
        path = std::string{head.target};
    } else {
        path += head.query;
    }
    return {std::string{head.method}, std::move(path), message.body};
}

// Reads what the client is answered, until its connection says that it is the last, or ends.
void read_responses(RawClient& client, const std::vector<Request>& requests) {
    for (const Request& request : requests) {
        const WrittenMessages got = test::take_response(
            [&](std::size_t size) { return client.read(size); }, request.method);
        if (got.all.empty()) {
            CHECK(client.end() != test::End::open && "a whole request has no response");
            return;
        }
        CHECK(got.trouble.empty() && "what the client gets is no response");
        if (got.all[0].last) {
            return;
        }
    }
}

// Which an origin of HTTP/2 that takes none there is asked for over HTTP/1.1: ours knows only
// HTTP/2.
bool asks_for_a_tunnel(const WrittenMessages& said) {
    return std::any_of(said.all.begin(), said.all.end(), [](const WrittenMessage& message) {
        http1::RequestParser parser;
        return parser.feed(message.head, kAny) == http1::Step::done &&
               parser.head().find("Upgrade") != nullptr;
    });
}

// To what could not be read as a request: of which perhaps the method could.
bool is_a_response(const std::string& bytes) {
    return test::read_responses(bytes, {"GET"}, true).trouble.empty() ||
           test::read_responses(bytes, {"HEAD"}, true).trouble.empty();
}

void run(std::string_view bytes, bool http2) {
    Side& to = side(http2);
    to.arrivals.take();
    const WrittenMessages said = test::read_requests(bytes);
    if (http2 && asks_for_a_tunnel(said)) {
        return;
    }
    std::vector<Request> meant;
    for (const WrittenMessage& message : said.all) {
        meant.push_back(meant_by(message));
    }
    RawClient client = to.relay.connect();
    client.send(bytes);
    read_responses(client, meant);
    client.close_notify();
    const std::string rest = client.read_to_end();
    CHECK((rest.empty() || is_a_response(rest)) && "bytes behind the last response");
    for (const Request& arrived : to.arrivals.take()) {
        const auto at = std::find(meant.begin(), meant.end(), arrived);
        CHECK(at != meant.end() && "a request that the client did not send");
        meant.erase(at);
    }
}

}  // namespace
}  // namespace portcullis

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    portcullis::run(bytes, false);
    portcullis::run(bytes, true);
    return 0;
}
