#include "proxy/relay/tunnel.h"

#include "proxy/relay/compose.h"
#include "proxy/relay/copy.h"

namespace portcullis::relay {
Task<Fault> tunnel(Exchange& x) {
    const Duration timeout = x.route->timeouts.tunnel.value_or(x.config().timeouts.tunnel);
    x.record.status = x.origin->answer().status;
    x.client.begin_answer(compose_answer(x), true);
    const Fault begun = co_await x.client.flush();
    if (begun != Fault::none) {
        co_return begun;
    }
    x.lease.begin_tunnel();
    x.client.begin_tunnel(timeout);
    x.origin->begin_tunnel(timeout);
    x.context.counters.add(observe::Count::tunnels);
    const std::function<void()> cancel = [&x] {
        x.origin->cancel();
        x.client.cancel();
    };
    co_await copy_both_ways({x.client, *x.origin, x.record.request_bytes},
                            {*x.origin, x.client, x.record.answer_bytes}, timeout, cancel);
    co_return Fault::none;
}

}  // namespace portcullis::relay
