// What a route's rate limit says to one request, and what the client is told of it.
#pragma once

#include "config/route_model.h"
#include "proxy/http/fields.h"
#include "proxy/http/head.h"
#include "proxy/limit/clients.h"

#include <optional>

namespace portcullis::limit {

// Whose bucket it is. exceeded: the request has a key of
// its own that is new, and its client has used rate_limit.keys_per_client of them in the time that
// a burst takes to come back: it is the client's own bucket then. So a client cannot fill the table
// with keys that nobody else has, and push the others' out of it.
struct QuotaKey {
    std::uint64_t key = 0;
    bool exceeded = false;
};

// from: the connection's other end. client: who that is, or nothing where it is one of our own
// proxies, which stands for many.
QuotaKey quota_key(const RouteConfig& route, const http::RequestHead& head, const IpAddress& from,
                   const std::optional<IpAddress>& client, Clients& clients, Clock::time_point now);

// The route has one.
Rate rate_of(const RateLimit& limit);

// RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10), beside what an origin
// may say under these names: they are lists.
void add_quota(http::FieldList& fields, const RateLimit& limit, const Rate::Taken& taken);

// Whole seconds, at least 1.
std::uint64_t retry_after(const Rate::Taken& taken);

}  // namespace portcullis::limit
