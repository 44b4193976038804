#include "proxy/limit/quota.h"

#include "config/options.h"
#include "proxy/limit/keys.h"

#include <algorithm>

namespace portcullis::limit {
namespace {

std::uint64_t seconds(Clock::duration time) {
    return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::seconds>(time).count());
}

}  // namespace

std::uint64_t quota_key(const RouteConfig& route, const http::RequestHead& head,
                        const IpAddress& client) {
    const RateLimit& limit = *route.rate_limit;
    const std::string host = route.host.text();
    if (limit.by == LimitedBy::route) {
        return key_of({"route", host, route.path});
    }
    if (limit.by == LimitedBy::header) {
        if (const http::Field* const field = head.find(limit.header)) {
            return key_of({"header", host, route.path, field->value});
        }
    }
    const IpAddress who = client_of(client);
    const auto& bytes = who.bytes();
    return key_of(
        {"client", host, route.path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}});
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
