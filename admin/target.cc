#include "admin/target.h"

#include "config/model.h"
#include "config/types/address.h"
#include "config/types/quote.h"
#include "proxy/http/host.h"
#include "proxy/http/path.h"

#include <algorithm>

namespace portcullis::admin {

Result<Target> parse_target(std::string_view url) {
    std::string_view rest = url;
    if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
        if (rest.substr(0, scheme) != "https") {
            return failure(in_quotes(rest.substr(0, scheme)) + " is not served; only https is");
        }
        rest.remove_prefix(scheme + 3);
    }
    const std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    const auto authority = http::split_authority(host);
    if (!authority) {
        return failure(in_quotes(host) + " is not a host; write https://shop.example.com/path");
    }
    if (authority->port().value_or(kIngressPort) != kIngressPort) {
        return failure("port " + std::to_string(*authority->port()) + " is not open; only 443 is");
    }
    rest.remove_prefix(host.size());
    const std::string_view path = rest.substr(0, rest.find_first_of("?#"));
    Target target;
    if (!http::normalise(path.empty() ? "/" : path, target.path)) {
        return failure(in_quotes(path) + " is not a path; it has a malformed escape or %00");
    }
    target.written = path.empty() ? "/" : path;
    target.host = authority->host();
    target.address = IpAddress::parse(target.host).has_value();
    return target;
}

}  // namespace portcullis::admin
