#include "proxy/relay/pass_through.h"

#include "proxy/access/address.h"
#include "proxy/observe/access_record.h"
#include "proxy/relay/affinity.h"
#include "proxy/relay/copy.h"
#include "proxy/relay/peer_faults.h"
#include "proxy/relay/proxy_header.h"
#include "proxy/relay/raw_side.h"

#include <chrono>

namespace portcullis::relay {
namespace {

using Clock = std::chrono::steady_clock;

std::chrono::microseconds since(Clock::time_point begun) {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
}

Task<> copy(Client& client, stream::Buffer& in, stream::Stream& origin,
            observe::AccessRecord& record, Duration timeout) {
    stream::Buffer back{client.stream.socket().loop().slab()};
    RawSide near{client.stream, in, kClientFaults, timeout};
    RawSide far{origin, back, kOriginFaults, timeout};
    client.origins.push_back(far);
    const std::function<void()> cancel = [&near, &far] {
        near.cancel();
        far.cancel();
    };
    co_await copy_both_ways({near, far, record.request_bytes}, {far, near, record.answer_bytes},
                            timeout, cancel);
}

Task<Fault> reach_and_copy(Client& client, stream::Buffer& in, origin::Service& service,
                           observe::AccessRecord& record, std::string& endpoint, Duration timeout,
                           Context& context) {
    const auto begun = Clock::now();
    const std::string header = proxy_header(service.config().proxy_protocol, client);
    origin::Wish wish{.prologue = header, .key = address_key(client.address)};
    origin::Reached reached = co_await service.reach(context.loop, wish);
    record.connect = since(begun);
    if (reached.lease.endpoint()) {
        endpoint = reached.lease.endpoint()->text();
    }
    if (reached.fault != Fault::none) {
        co_return reached.fault;
    }
    context.counters.add(observe::Count::origin_connects);
    stream::Stream& origin = reached.lease.connection->stream;
    co_await copy(client, in, origin, record, timeout);
    co_return Fault::none;
}

}  // namespace

std::optional<Passage> passage_for(Site& site, std::string_view name) {
    if (!site.passes_through || name.empty()) {
        return std::nullopt;
    }
    const route::Match match = site.routes->match(name, "/");
    if (match.kind != route::Match::Kind::found || match.service == route::kNoService) {
        return std::nullopt;
    }
    origin::Service& service = *site.services[match.service];
    if (service.config().passthrough == Switch::off) {
        return std::nullopt;
    }
    return Passage{site.config->routes[match.route], service};
}

Task<Fault> pass_through(Client& client, stream::Buffer& in, std::shared_ptr<Site> site,
                         Passage passage, std::string_view name, Context& context) {
    const auto begun = Clock::now();
    std::string endpoint;
    observe::AccessRecord record;
    record.time = std::chrono::system_clock::now();
    context.counters.add(observe::Count::passed_through);
    Fault fault = Fault::forbidden;
    if (access::admits(passage.route, client.address)) {
        fault = co_await reach_and_copy(client, in, passage.service, record, endpoint,
                                        site->config->timeouts.tunnel, context);
    }
    context.counters.add(observe::Count::request_bytes, record.request_bytes);
    context.counters.add(observe::Count::answer_bytes, record.answer_bytes);
    if (site->config->log.access != "off") {
        const http::RequestIds::Id id = context.request_ids.next();
        record.request_id = std::string_view{id};
        record.client = client.address;
        record.host = name;
        record.service = passage.service.config().name;
        record.endpoint = endpoint;
        record.total = since(begun);
        record.fault = fault;
        observe::write(context.log.text, record, site->config->log.client_address);
        ++context.log.lines;
    }
    co_return fault;
}

}  // namespace portcullis::relay
