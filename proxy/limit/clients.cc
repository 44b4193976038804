#include "proxy/limit/clients.h"

#include "proxy/limit/keys.h"

namespace portcullis::limit {

bool is_offence(Fault fault) {
    switch (fault) {
        case Fault::not_tls:
        case Fault::handshake_timeout:
        case Fault::client_slow_header:
        case Fault::client_slow_body:
        case Fault::client_slow_reader:
            return true;
        default:
            return false;
    }
}

Fault Clients::connect(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    if (limits.offences_per_minute != 0 &&
        !table_.allows(key_of(Counted::offences, client),
                       Rate::per_minute(limits.offences_per_minute), now)) {
        return Fault::client_offended;
    }
    if (limits.connections_per_second != 0 &&
        !table_
             .take(key_of(Counted::connections, client),
                   Rate::per_second(limits.connections_per_second), now)
             .allowed) {
        return Fault::client_too_fast;
    }
    return Fault::none;
}

Rate::Taken Clients::request(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    if (limits.requests_per_second == 0) {
        return {};
    }
    return table_.take(key_of(Counted::requests, client),
                       Rate::per_second(limits.requests_per_second), now);
}

void Clients::note_offence(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    if (limits.offences_per_minute != 0) {
        (void)table_.take(key_of(Counted::offences, client),
                          Rate::per_minute(limits.offences_per_minute), now);
    }
}

}  // namespace portcullis::limit
