#include "proxy/access/address.h"

#include "proxy/http/characters.h"

#include <algorithm>

namespace portcullis::access {
namespace {

// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:4711", and each of
// them in quotes, as Forwarded has them.
std::optional<IpAddress> parse_element(std::string_view text) {
    if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
        text = text.substr(1, text.size() - 2);
    }
    if (const auto address = IpAddress::parse(text)) {
        return *address;
    }
    if (text.starts_with('[') && text.ends_with(']')) {
        const auto address = IpAddress::parse(text.substr(1, text.size() - 2));
        return address ? std::optional{*address} : std::nullopt;
    }
    const auto with_port = SocketAddress::parse(text);
    return with_port ? std::optional{with_port->address} : std::nullopt;
}

}  // namespace

bool contains(const std::vector<Cidr>& prefixes, const IpAddress& address) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](const Cidr& prefix) { return prefix.contains(address); });
}

std::optional<IpAddress> client_address(const http::RequestHead& head, const IpAddress& peer,
                                        const std::vector<Cidr>& trusted_proxies) {
    if (!contains(trusted_proxies, peer)) {
        return peer;
    }
    // Several fields are one list (RFC 9110, 5.3).
    for (auto field = head.fields.rbegin(); field != head.fields.rend(); ++field) {
        if (!http::same_name(field->name, "X-Forwarded-For")) {
            continue;
        }
        std::string_view rest = field->value;
        while (!rest.empty()) {
            const std::size_t comma = rest.rfind(',');
            const std::string_view element =
                http::trim(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
            rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(0, comma);
            if (element.empty()) {
                continue;
            }
            const auto address = parse_element(element);
            if (!address || !contains(trusted_proxies, *address)) {
                return address;
            }
        }
    }
    return std::nullopt;
}

bool admits(const RouteConfig& route, const std::optional<IpAddress>& client) {
    if (!client) {
        return route.deny.empty() && route.allow == everyone();
    }
    return contains(route.allow, *client) && !contains(route.deny, *client);
}

}  // namespace portcullis::access
