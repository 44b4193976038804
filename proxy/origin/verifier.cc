#include "proxy/origin/verifier.h"

#include "proxy/dns/ask.h"

namespace portcullis::origin {
namespace {

Fault fault_of(Admission admission, ServiceStats& stats) {
    switch (admission) {
        case Admission::admitted:
            return Fault::none;
        case Admission::served_stale:
            stats.add(ServiceEvent::served_stale);
            return Fault::none;
        case Admission::moved:
            stats.add(ServiceEvent::connects_denied);
            return Fault::endpoint_moved;
        case Admission::unverified:
            break;
    }
    stats.add(ServiceEvent::connects_unverified);
    return Fault::endpoints_unverified;
}

}  // namespace

Task<Fault> Verifier::verify(stream::Loop& loop, Endpoint& endpoint, ServiceStats& stats,
                             stream::CancelToken* cancel) const {
    const auto since = loop.now();
    while (!endpoint.verdict().holds(loop.now())) {
        if (!endpoint.question().under_way()) {
            endpoint.question().begin();
            co_await ask(loop, endpoint, stats);
            endpoint.question().end(Fault::none);
            break;
        }
        const Fault over = co_await endpoint.question().wait(loop, since, cancel);
        if (over != Fault::none) {
            co_return over;
        }
    }
    const Duration age = witnesses_->snapshot_age();
    co_return fault_of(admit(config_->discovery, age, endpoint.verdict().word), stats);
}

Task<> Verifier::ask(stream::Loop& loop, Endpoint& endpoint, ServiceStats& stats) const {
    const SocketAddress& resolver = config_->discovery.resolver;
    ResolverWord word = ResolverWord::silent;
    if (resolver.port != 0) {
        stats.add(ServiceEvent::resolver_queries);
        const dns::Heard heard = co_await dns::ask_name(loop, resolver, endpoint.address().address);
        for (std::size_t i = 0; i < heard.ignored; ++i) {
            stats.add(ServiceEvent::resolver_ignored);
        }
        if (heard.name) {
            witnesses_->note_resolver();
        } else {
            stats.add(ServiceEvent::resolver_silent);
        }
        word = word_of(heard.name, endpoint.task());
    }
    endpoint.note(Verdict{word, loop.now()});
}

}  // namespace portcullis::origin
