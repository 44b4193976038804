#include "proxy/relay/health_check.h"

#include "proxy/relay/answer.h"
#include "proxy/relay/http1_origin.h"
#include "proxy/relay/http2_origin.h"
#include "proxy/relay/proxy_header.h"
#include "proxy/stream/sleep.h"

#include <algorithm>

namespace portcullis::relay {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kPassed{};
constexpr Duration kAloneTime = std::chrono::hours{1};  // the question's deadline comes first
constexpr std::size_t kMessageMax = 1024;               // of gRPC's answer, which has seven bytes

struct Question {
    const ServiceConfig& service;
    const std::string& endpoint;  // its address as text
    Clock::time_point deadline;

    [[nodiscard]] const HealthConfig& health() const { return *service.health; }

    [[nodiscard]] Duration left() const {
        return std::max(std::chrono::duration_cast<Duration>(deadline - Clock::now()), Duration{1});
    }
};

// HealthCheckRequest of grpc.health.v1 in a message of gRPC: field 1, the service's name.
std::string grpc_question(std::string_view name) {
    std::string message;
    if (!name.empty()) {
        message = {'\x0a', static_cast<char>(name.size())};
        message += name;
    }
    const std::string prefix{'\0', '\0', '\0', '\0', static_cast<char>(message.size())};
    return prefix + message;
}

// HealthCheckResponse: field 1, a status, is SERVING.
constexpr std::string_view kServing{"\0\0\0\0\2\x08\1", 7};

// Until the head of the answer proper.
Task<std::string_view> read_status(OriginSide& side, const Question& question) {
    for (int interim = 0; interim <= kInterimAnswersMax; ++interim) {
        const Fault fault = co_await side.read_head(question.left());
        if (fault != Fault::none) {
            co_return name(fault);
        }
        const int status = side.answer().status;
        if (status >= 200) {
            co_return status < 400 ? kPassed : std::string_view{"bad_status"};
        }
    }
    co_return "bad_answer";
}

Task<std::string_view> ask_http(OriginSide& side, const Question& question) {
    const std::string& host = question.health().host;
    const http::Field agent{"User-Agent", "portcullis-health"};
    const http::OutgoingRequest request{.method = "GET",
                                        .target = question.health().path,
                                        .authority = host.empty() ? question.endpoint : host,
                                        .fields = {&agent, 1},
                                        .body = {},
                                        .upgrade = {}};
    side.begin_request(request);
    const Fault sent = co_await side.end({});
    if (sent != Fault::none) {
        co_return name(sent);
    }
    const std::string_view read = co_await read_status(side, question);
    co_return read;
}

// The message of the answer; too much of it is no answer to this question.
Task<std::string_view> read_message(OriginSide& side, const Question& question,
                                    std::string& message) {
    while (message.size() <= kMessageMax && Clock::now() < question.deadline) {
        const Piece piece = side.next();
        switch (piece.kind) {
            case Piece::Kind::data:
                message += piece.data;
                break;
            case Piece::Kind::nothing: {
                const Fault fault = co_await side.more();
                if (fault != Fault::none) {
                    co_return name(fault);
                }
                break;
            }
            case Piece::Kind::failed:
                co_return "bad_answer";
            case Piece::Kind::done:
                co_return kPassed;
        }
    }
    co_return "bad_answer";
}

Task<std::string_view> ask_grpc(OriginSide& side, const Question& question) {
    const std::string& host = question.health().host;
    const std::string body = grpc_question(question.health().service);
    const std::array fields{http::Field{"content-type", "application/grpc"},
                            http::Field{"te", "trailers"},
                            http::Field{"user-agent", "portcullis-health"}};
    const http::OutgoingRequest request{.method = "POST",
                                        .target = "/grpc.health.v1.Health/Check",
                                        .authority = host.empty() ? question.endpoint : host,
                                        .fields = fields,
                                        .body = {.kind = http::Body::Kind::open, .length = 0},
                                        .upgrade = {}};
    side.begin_request(request);
    Fault sent = co_await side.send(body);
    if (sent == Fault::none) {
        sent = co_await side.end({});
    }
    if (sent != Fault::none) {
        co_return name(sent);
    }
    std::string_view trouble = co_await read_status(side, question);
    std::string message;
    if (trouble.empty()) {
        trouble = co_await read_message(side, question, message);
    }
    co_return trouble.empty() && message != kServing ? std::string_view{"not_serving"} : trouble;
}

Task<std::string_view> ask(OriginSide& side, const Question& question) {
    std::string_view trouble;
    if (question.health().kind == CheckKind::grpc) {
        trouble = co_await ask_grpc(side, question);
    } else {
        trouble = co_await ask_http(side, question);
    }
    co_return trouble;
}

// Nobody else uses it.
class Alone final : public origin::Http2Home {
  public:
    void on_over() noexcept override {}
};

class OneExchange {
  public:
    explicit OneExchange(origin::Http2Connection& connection) : connection_{connection} {
        connection_.begin_exchange();
    }

    OneExchange(const OneExchange&) = delete;
    OneExchange& operator=(const OneExchange&) = delete;

    ~OneExchange() { connection_.end_exchange(); }

  private:
    origin::Http2Connection& connection_;
};

Task<std::string_view> ask_on(origin::Http2Connection& connection, const Question& question) {
    const Fault settled = co_await connection.settle(question.left());
    if (settled != Fault::none) {
        co_return name(settled);
    }
    const OneExchange exchange{connection};
    Http2Origin side{connection, question.health().timeout};
    const std::string_view trouble = co_await ask(side, question);
    co_return trouble;
}

Task<std::string_view> ask_http2(Context& context, stream::Stream established,
                                 const Question& question) {
    Alone home;
    const Duration time = question.health().timeout;
    const origin::Http2Connection::Times times{kAloneTime, kAloneTime, time};
    origin::Http2Connection connection{std::move(established), times, home};
    const std::string_view trouble = co_await ask_on(connection, question);
    // It may be one of the connection's own steps that has brought us here.
    co_await stream::Sleep{context.loop, stream::Wheel::kTick};
    co_return trouble;
}

Task<std::string_view> ask_http1(Context& context, origin::Lease& lease, const Question& question) {
    Http1Origin side{lease, context, question.health().timeout};
    const std::string_view trouble = co_await ask(side, question);
    co_return trouble;
}

}  // namespace

Task<std::string_view> check_endpoint(Context& context, origin::Service& service,
                                      std::shared_ptr<origin::Endpoint> endpoint) {
    const ServiceConfig& config = service.config();
    const Question question{config, endpoint->text(), Clock::now() + config.health->timeout};
    const std::string prologue = proxy_header(config.proxy_protocol);
    origin::Reached reached =
        co_await service.probe(context.loop, endpoint, prologue, question.left());
    if (reached.fault != Fault::none) {
        co_return name(reached.fault);
    }
    if (config.health->kind == CheckKind::tcp) {
        co_return kPassed;
    }
    std::string_view trouble;
    if (config.protocol == Protocol::h2 || config.protocol == Protocol::h2c) {
        trouble =
            co_await ask_http2(context, std::move(reached.lease.connection->stream), question);
    } else {
        trouble = co_await ask_http1(context, reached.lease, question);
    }
    co_return trouble;
}

}  // namespace portcullis::relay
