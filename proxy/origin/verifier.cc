#include "proxy/origin/verifier.h"

#include "proxy/dns/ask.h"

namespace portcullis::origin {
namespace {

// Whoever asks may be destroyed meanwhile, as a check of a service that changes is: the others who
// wait then ask themselves.
class QuestionScope {
  public:
    explicit QuestionScope(Endpoint& endpoint) : question_{endpoint.question()} {
        question_.begin();
    }

    QuestionScope(const QuestionScope&) = delete;
    QuestionScope& operator=(const QuestionScope&) = delete;

    ~QuestionScope() { question_.end(Fault::none); }

  private:
    SharedAttempt& question_;
};

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

bool Verifier::vouches_for(const Endpoint& endpoint) const {
    if (endpoint.task().empty()) {
        return true;
    }
    const bool vouches = snapshot_vouches(config_->discovery, witnesses_->snapshot_age());
    if (vouches) {
        witnesses_->note_vouched();
    }
    return vouches;
}

bool Verifier::refuses(const Endpoint& endpoint, Verdict::Clock::time_point now,
                       ServiceStats& stats) const {
    const Duration age = witnesses_->snapshot_age();
    const Verdict& verdict = endpoint.verdict();
    const bool refused = !endpoint.task().empty() && !snapshot_vouches(config_->discovery, age) &&
                         verdict.holds(now) &&
                         admit(config_->discovery, age, verdict.word) == Admission::unverified;
    if (refused) {
        stats.add(ServiceEvent::connects_unverified);
    }
    return refused;
}

Task<Fault> Verifier::verify(stream::Loop& loop, Endpoint& endpoint, IpAddress own,
                             ServiceStats& stats, stream::CancelToken* cancel) const {
    const auto since = loop.now();
    while (!endpoint.verdict().holds(loop.now())) {
        if (!endpoint.question().under_way()) {
            const QuestionScope scope{endpoint};
            co_await ask(loop, endpoint, own, stats);
            break;
        }
        const Fault over = co_await endpoint.question().wait(loop, since, cancel);
        if (over != Fault::none) {
            co_return over;
        }
    }
    const Duration age = witnesses_->snapshot_age();
    const Admission admission = admit(config_->discovery, age, endpoint.verdict().word);
    if (admission == Admission::admitted) {
        witnesses_->note_vouched();
    }
    co_return fault_of(admission, stats);
}

Task<> Verifier::ask(stream::Loop& loop, Endpoint& endpoint, IpAddress own,
                     ServiceStats& stats) const {
    const SocketAddress& resolver = config_->discovery.resolver;
    ResolverWord word = ResolverWord::silent;
    if (resolver.port != 0) {
        stats.add(ServiceEvent::resolver_queries);
        const dns::Heard heard =
            co_await dns::ask_name(loop, resolver, endpoint.address().address, own);
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
