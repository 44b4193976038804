#include "proxy/relay/affinity.h"

#include "proxy/http/cookie.h"
#include "proxy/origin/hash.h"
#include "proxy/origin/sticky.h"

namespace portcullis::relay {
namespace {

std::optional<std::uint64_t> key_of(const Exchange& x, const HashConfig& hash) {
    const http::RequestHead& head = x.client.request();
    if (hash.by == HashBy::client) {
        return x.address ? std::optional{address_key(*x.address)} : std::nullopt;
    }
    std::string_view value;
    if (hash.by == HashBy::cookie) {
        value = http::cookie(head, hash.name);
    } else if (const http::Field* const field = head.find(hash.name)) {
        value = field->value;
    }
    return value.empty() ? std::nullopt : std::optional{origin::hash_of(value)};
}

}  // namespace

std::uint64_t address_key(const IpAddress& address) {
    const auto& bytes = address.bytes();
    return origin::hash_of({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

origin::Wish wish_of(Exchange& x) {
    const ServiceConfig& service = x.service->config();
    origin::Wish wish;
    wish.tunnel = !x.upgrade.empty();
    wish.own_connection = wish.tunnel && !http::same_name(x.upgrade, "websocket");
    wish.repeatable = x.idempotent && x.body_here;
    if (service.balance == Balance::hash) {
        wish.key = key_of(x, service.hash);
    }
    if (service.sticky) {
        x.sticky = origin::read_tag(http::cookie(x.client.request(), origin::cookie_name(service)));
        wish.sticky = x.sticky;
    }
    return wish;
}

void remove_sticky_cookie(const Exchange& x, http::FieldList& fields) {
    if (x.service != nullptr && x.service->config().sticky) {
        http::remove_cookie(fields, origin::cookie_name(x.service->config()));
    }
}

void add_sticky_cookie(Exchange& x, http::FieldList& fields) {
    // While another service is asked whether the request may pass, there is no lease.
    if (x.service == nullptr || !x.service->config().sticky || !x.lease.endpoint() ||
        x.lease.endpoint()->tag() == x.sticky) {
        return;
    }
    std::string& cookie = fields.text();
    origin::append_cookie(cookie, x.service->config(), x.lease.endpoint()->tag());
    fields.add("Set-Cookie", cookie);
}

}  // namespace portcullis::relay
