// One request and its answer, from the first byte of the one to the last byte of the other.
#pragma once

#include "proxy/http/forward.h"
#include "proxy/observe/access_record.h"
#include "proxy/origin/service.h"
#include "proxy/relay/client_side.h"
#include "proxy/relay/context.h"
#include "proxy/relay/limited_source.h"
#include "proxy/relay/origin_side.h"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::relay {

// Has the client's request answered, and logs it.
Task<> serve_exchange(ClientSide& client);

// What the steps of an exchange share. Lives in serve_exchange()'s frame.
struct Exchange final : HangupListener {
    using Clock = std::chrono::steady_clock;

    static std::chrono::microseconds since(Clock::time_point start) {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    }

    explicit Exchange(ClientSide& from);

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    ~Exchange() {
        if (counted) {
            context.requests_under_way.remove(*share, 1);
        }
        if (destroyed_ != nullptr) {
            *destroyed_ = true;
        }
    }

    [[nodiscard]] const Config& config() const { return *client.site()->config; }

    [[nodiscard]] http::ClientFacts client_facts() const;
    // Ends what waits for the origin; whoever waited reports the fault.
    void abort(Fault why);

    // What the fault of a wait means, now that the exchange may have been aborted, its client may
    // have left, or a stream may have been silent for as long as streams may be.
    [[nodiscard]] Fault explain(Fault fault) const;
    // Both ways of the exchange may be silent from here on (timeouts.tunnel).
    void begin_stream();

    [[nodiscard]] bool wants_retry_on(RetryOn reason) const;
    // Of the try under way: until the answer's head, once the request has been sent.
    [[nodiscard]] Duration response_timeout() const;

    [[nodiscard]] Duration body_timeout() const {
        return streams ? tunnel_timeout() : route->timeouts.body.value_or(config().timeouts.body);
    }

    [[nodiscard]] Duration tunnel_timeout() const {
        return route->timeouts.tunnel.value_or(config().timeouts.tunnel);
    }

    // Ends whatever is waited for, wherever that is: for the service's endpoint, for its response,
    // for the client to take it. Perhaps the exchange as well.
    void on_hangup(Fault why) noexcept override;

    ClientSide& client;
    Context& context;
    Pool<Scratch>::Lent scratch;
    LimitedSource request_body;  // the client's, as the route takes it

    // The request, once its head has been judged.
    http::Refusal refusal = http::Refusal::none;  // set with Fault::bad_request
    bool to_head = false;
    bool idempotent = false;  // RFC 9110, 9.2.2
    bool grpc = false;        // expects its status in the words of gRPC
    bool streams = false;     // begin_stream() was called

    // Set once routed; views into the scratch. path: that the route was found by, in the form that
    // the service asks for; forward_auth is told it. origin_path: after the route's edits; empty
    // for "*".
    std::string_view path;
    std::string_view origin_path;

    std::optional<http::CertificateFields>
        certificate;  // where the route asks for one; views into the connection's facts

    // The conversation.
    const RouteConfig* route = nullptr;  // non-null once routed; part of the site's configuration
    origin::Service* service = nullptr;  // non-null once routed, unless the route has none
    origin::Service* auth_service = nullptr;  // non-null once routed where the route has one
    // The protocol of the tunnel that is asked for, where the service takes it; else empty. As long
    // as the request's head.
    std::string_view upgrade;
    bool extended_connect = false;     // asked for in HTTP/2, where a 2xx is a tunnel (RFC 8441, 5)
    std::optional<Rate::Taken> quota;  // of the rate limit, once it was asked
    std::vector<HeaderField> auth_fields;  // what it says of the client, for the service
    origin::Lease lease;
    OriginSide* origin = nullptr;  // non-null exactly while a try is under way
    bool body_here = false;        // the request's whole body is in scratch->body_begin
    bool upload_done = false;      // the whole request has been handed over
    bool awaits_head = false;      // of the answer
    std::uint64_t sticky = 0;      // the endpoint's tag that the client's cookie holds; 0: none
    std::size_t tries_left = 0;    // of the route's retry.attempts
    int try_status = 0;            // of the try's answer; 0 until its head was read
    bool moving = false;           // to another endpoint, which the budget was charged for
    Fault aborted = Fault::none;   // why abort() was called
    Fault left = Fault::none;      // why the client is there no more
    stream::CancelToken cancel;    // of what is waited for before there is an origin

    observe::AccessRecord record;
    std::optional<IpAddress> address;  // the client's; unknown where our own proxy leaves it open
    std::optional<ClientKeys> share;   // of that client in what it may have at once
    bool counted = false;              // among the client's requests under way
    std::string method;           // also of a request that was refused, as far as it was understood
    http::RequestIds::Id id;      // ours
    std::string_view request_id;  // the one that goes everywhere: ours, or a trusted client's
    std::shared_ptr<const origin::Endpoint>
        endpoint;               // the one tried last; null until there was one
    Clock::time_point begun{};  // the request's first byte
    Clock::time_point sent{};   // the request's last byte was handed to the kernel

  private:
    bool* destroyed_ = nullptr;  // non-null while on_hangup() wakes who may destroy the exchange
};

}  // namespace portcullis::relay
