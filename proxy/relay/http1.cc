#include "proxy/relay/http1.h"

#include "proxy/relay/exchange.h"
#include "proxy/relay/http1_client.h"

namespace portcullis::relay {
namespace {

// Waits for a request without holding a buffer. False when the connection should be closed instead.
Task<bool> next_request(Client& client, stream::Buffer& in, Context& context) {
    if (!in.empty() || client.stream.has_pending()) {
        co_return true;
    }
    in.release();
    if (context.draining && !context.idle_may_ask) {
        co_return false;
    }
    client.idle = true;
    context.idle.push_back(client);
    const stream::Wake wake =
        co_await client.stream.socket().readable(context.site->config->timeouts.idle);
    client.idle = false;
    client.IdleHook::unlink();
    co_return wake == stream::Wake::ready;
}

}  // namespace

Task<> serve_http1(Client& client, Context& context) {
    stream::Buffer in{context.loop.slab()};
    After after = After::keep;
    while (after == After::keep) {
        const bool asked = co_await next_request(client, in, context);
        if (!asked) {
            break;
        }
        Http1Client side{client, in, context};
        co_await serve_exchange(side);
        after = side.after();
    }
    in.release();
    if (after != After::cut) {
        co_await client.stream.linger();
    }
}

}  // namespace portcullis::relay
