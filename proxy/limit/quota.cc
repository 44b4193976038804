#include "proxy/limit/quota.h"

#include "config/options.h"
#include "proxy/limit/keys.h"

#include <algorithm>

namespace portcullis::limit {
namespace {

std::uint64_t seconds(Clock::duration time) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

std::string bytes_of(const IpAddress& client) {
    const IpAddress network = client_of(client);
    return {reinterpret_cast<const char*>(network.bytes().data()), network.bytes().size()};
}

// New keys of a client: a key that has been used takes its place until its burst has come back.
Rate rate_of_keys(const RateLimit& limit) {
    const Clock::duration whole{rate_of(limit).whole()};
    return {limit.keys_per_client, std::max<Clock::duration>(whole, std::chrono::seconds{1}),
            limit.keys_per_client};
}

}  // namespace

QuotaKey quota_key(const RouteConfig& route, const http::RequestHead& head, const IpAddress& from,
                   const std::optional<IpAddress>& client, Clients& clients,
                   Clock::time_point now) {
    const RateLimit& limit = *route.rate_limit;
    const std::string host = route.host.text();
    if (limit.by == LimitedBy::route) {
        return {key_of({"route", host, route.path})};
    }
    const std::string who = bytes_of(client.value_or(from));
    const http::Field* const field =
        limit.by == LimitedBy::header ? head.find(limit.header) : nullptr;
    QuotaKey own{key_of({"client", host, route.path, who})};
    if (field == nullptr) {
        return own;
    }
    const std::uint64_t named = key_of({"header", host, route.path, field->value});
    if (!client || clients.knows(named)) {
        return {named};
    }
    own.exceeded =
        !clients.take(key_of({"keys", host, route.path, who}), rate_of_keys(limit), now).allowed;
    return own.exceeded ? own : QuotaKey{named};
}

Rate rate_of(const RateLimit& limit) {
    return {limit.requests, limit.per, limit.burst != 0 ? limit.burst : limit.requests};
}

void add_quota(http::FieldList& fields, const RateLimit& limit, const Rate::Taken& taken) {
    std::string& state = fields.text();
    state.append("\"").append(word(limit.by)).append("\";r=").append(std::to_string(taken.left));
    state.append(";t=").append(std::to_string(seconds(taken.full_in)));
    fields.add("RateLimit", state);
    std::string& policy = fields.text();
    policy.append("\"").append(word(limit.by)).append("\";q=");
    policy.append(std::to_string(limit.requests));
    policy.append(";w=").append(std::to_string(seconds(limit.per)));
    fields.add("RateLimit-Policy", policy);
}

std::uint64_t retry_after(const Rate::Taken& taken) {
    return std::max<std::uint64_t>(1, seconds(taken.again_in));
}

}  // namespace portcullis::limit
