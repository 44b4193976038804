// What a client may do in a while, over all of its connections and on all workers; and what every
// key of a rate limit may.
#pragma once

#include "config/model.h"
#include "proxy/fault.h"
#include "proxy/limit/bucket_table.h"
#include "proxy/limit/keys.h"

namespace portcullis::limit {

// Whether a fault is something that no client does by mistake, or that costs us as much as if it
// were none: floods, and stalling.
bool is_offence(Fault fault);

class Clients {
  public:
    using Clock = Rate::Clock;

    // buckets: limits.counted_clients.
    explicit Clients(std::size_t buckets) : table_{buckets} {}

    // Any thread, all of them.

    // One more connection, before anything is spent on it: none, client_too_fast or
    // client_offended.
    Fault connect(const Limits& limits, const IpAddress& client, Clock::time_point now);
    // One more request.
    Rate::Taken request(const Limits& limits, const IpAddress& client, Clock::time_point now);
    void note_offence(const Limits& limits, const IpAddress& client, Clock::time_point now);

    // One more request of those that the key names (quota.h).
    Rate::Taken take(std::uint64_t key, const Rate& rate, Clock::time_point now) {
        return table_.take(key, rate, now);
    }

    // Whether the key is counted at this moment; any other begins with a full bucket.
    [[nodiscard]] bool knows(std::uint64_t key) const { return table_.knows(key); }

    // Clients and keys that had to be forgotten too soon, because there were too many.
    [[nodiscard]] std::uint64_t forgotten() const { return table_.evicted(); }

  private:
    Rate::Taken take(const ClientKeys& keys, Counted what, std::size_t count,
                     Rate (*rate)(std::uint64_t), Clock::time_point now);

    BucketTable table_;
};

}  // namespace portcullis::limit
