// What a route's rate limit says to one request, and what the client is told of it.
#pragma once

#include "config/route_model.h"
#include "proxy/http/fields.h"
#include "proxy/http/head.h"
#include "proxy/limit/clients.h"

namespace portcullis::limit {

// Whose bucket it is. client: its address, as far as it is known.
std::uint64_t quota_key(const RouteConfig& route, const http::RequestHead& head,
                        const IpAddress& client);

// The route has one.
Rate rate_of(const RateLimit& limit);

// RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10), beside what an origin
// may say under these names: they are lists.
void add_quota(http::FieldList& fields, const RateLimit& limit, const Rate::Taken& taken);

// Whole seconds, at least 1.
std::uint64_t retry_after(const Rate::Taken& taken);

}  // namespace portcullis::limit
