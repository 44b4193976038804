// One request and its answer, from the first byte of the one to the last byte of the other.
#pragma once

#include "proxy/http/forward.h"
#include "proxy/http1/framing.h"
#include "proxy/observe/access_record.h"
#include "proxy/relay/client.h"
#include "proxy/relay/context.h"
#include "proxy/stream/buffer.h"

#include <chrono>
#include <string>

namespace portcullis::relay {

// What becomes of the client's connection after an exchange.
enum class After : std::uint8_t {
    keep,
    close,  // properly: the client has got all that there was
    cut,    // without close_notify: an answer is incomplete, and the client must not take it for
            // whole
};

// Reads the request that begins in (or will arrive in) in, has it answered, and logs it. Leaves in
// what the client sent beyond it.
Task<After> serve_exchange(Client& client, stream::Buffer& in, Context& context);

class HangupWatch;

// What the steps of an exchange share. Lives in serve_exchange()'s frame.
struct Exchange {
    using Clock = std::chrono::steady_clock;

    static std::chrono::microseconds since(Clock::time_point start) {
        return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    }

    Exchange(Client& from, stream::Buffer& buffer, Context& worker);

    ~Exchange() { context.give_back(std::move(scratch)); }

    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    [[nodiscard]] const Config& config() const { return *site->config; }

    [[nodiscard]] stream::Stream& origin() const { return lease.connection->stream; }

    [[nodiscard]] http::ClientFacts client_facts() const;
    // Ends what waits for the origin; whoever waited reports the fault.
    void abort(Fault why);

    // What a cancelled wait means: the exchange was aborted, or the worker has come to its end.
    [[nodiscard]] Fault cancelled() const {
        return aborted != Fault::none ? aborted : Fault::shutdown_deadline;
    }

    Client& client;
    stream::Buffer& in;  // from the client
    Context& context;
    const std::shared_ptr<Site>
        site;  // the configuration this exchange is served by, from begin to end
    std::unique_ptr<Scratch> scratch;
    stream::Buffer back;  // from the origin

    // The request, once its head has been judged.
    http1::Framing request_framing;
    http::Refusal refusal = http::Refusal::none;  // set with Fault::bad_request
    int minor_version = 1;
    bool to_head = false;
    bool idempotent = false;  // RFC 9110, 9.2.2
    bool upgrade = false;     // asks for a tunnel
    bool keep = false;        // the client's connection may carry another request

    // The conversation.
    const RouteConfig* route = nullptr;  // non-null once routed; part of the site's configuration
    origin::Service* service = nullptr;  // non-null once routed
    origin::Lease lease;
    bool upload_done = false;      // the whole request has been handed to the kernel
    bool answer_begun = false;     // bytes of an answer are on their way to the client
    Fault aborted = Fault::none;   // why abort() was called
    HangupWatch* watch = nullptr;  // non-null exactly while the answer's head is awaited

    observe::AccessRecord record;
    std::string method;
    http::RequestIds::Id id;  // ours
    std::string request_id;   // the one that goes everywhere: ours, or a trusted client's
    std::shared_ptr<const origin::Endpoint>
        endpoint;               // the one tried last; null until there was one
    Clock::time_point begun{};  // the request's first byte
    Clock::time_point sent{};   // the request's last byte was handed to the kernel
};

}  // namespace portcullis::relay
