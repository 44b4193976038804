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

// Each is asked about the client and about the networks around it, which may do a multiple.
Fault Clients::connect(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    const ClientKeys keys = keys_of(client);
    for (const ClientKey& key : keys) {
        if (limits.offences_per_minute != 0 &&
            !table_.allows(key_of(Counted::offences, key),
                           Rate::per_minute(limits.offences_per_minute * key.factor), now)) {
            return Fault::client_offended;
        }
    }
    const Rate::Taken taken =
        take(keys, Counted::connections, limits.connections_per_second, Rate::per_second, now);
    return taken.allowed ? Fault::none : Fault::client_too_fast;
}

Rate::Taken Clients::request(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    return take(keys_of(client), Counted::requests, limits.requests_per_second, Rate::per_second,
                now);
}

void Clients::note_offence(const Limits& limits, const IpAddress& client, Clock::time_point now) {
    for (const ClientKey& key : keys_of(client)) {
        if (limits.offences_per_minute != 0) {
            (void)table_.take(key_of(Counted::offences, key),
                              Rate::per_minute(limits.offences_per_minute * key.factor), now);
        }
    }
}

Rate::Taken Clients::take(const ClientKeys& keys, Counted what, std::size_t count,
                          Rate (*rate)(std::uint64_t), Clock::time_point now) {
    Rate::Taken taken;
    if (count == 0) {
        return taken;
    }
    for (const ClientKey& key : keys) {
        const Rate::Taken of_key = table_.take(key_of(what, key), rate(count * key.factor), now);
        if (!of_key.allowed) {
            return of_key;
        }
        if (key.factor == 1) {
            taken = of_key;
        }
    }
    return taken;
}

}  // namespace portcullis::limit
