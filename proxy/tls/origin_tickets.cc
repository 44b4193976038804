#include "proxy/tls/origin_tickets.h"

#include <utility>

namespace portcullis::tls {
namespace {

bool usable(const SSL_SESSION* session) {
    const X509* const shown = SSL_SESSION_get0_peer(const_cast<SSL_SESSION*>(session));
    return SSL_SESSION_is_resumable(session) == 1 && shown != nullptr &&
           X509_cmp_current_time(X509_get0_notAfter(shown)) > 0;
}

}  // namespace

void OriginTickets::keep(Ticket ticket) {
    if (kept_.size() == kKept) {
        kept_.pop_front();
    }
    kept_.push_back(std::move(ticket));
}

OriginTickets::Ticket OriginTickets::take() {
    while (!kept_.empty()) {
        SSL_SESSION* const newest = kept_.back().get();
        if (usable(newest) && SSL_SESSION_get_protocol_version(newest) < TLS1_3_VERSION) {
            SSL_SESSION_up_ref(newest);
            return Ticket{newest};
        }
        Ticket taken = std::move(kept_.back());
        kept_.pop_back();
        if (usable(taken.get())) {
            return taken;
        }
    }
    return nullptr;
}

}  // namespace portcullis::tls
