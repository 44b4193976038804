// The cookie by which a client comes back to its endpoint. Its value is the endpoint's tag, a hash
// of the service's name and the endpoint's address: whoever makes one up chooses among the
// service's endpoints, as chance would, and can name nothing else. It outlives restarts and changes
// of the configuration, and every node reads the same from it.
#pragma once

#include "config/service_model.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::origin {

// Never 0.
std::uint64_t tag_of(std::string_view service, const SocketAddress& endpoint);

// "__Host-sticky-shop", unless the service has a name of its own for it.
std::string cookie_name(const ServiceConfig& service);

// The tag that a cookie's value holds; 0 when it holds none.
std::uint64_t read_tag(std::string_view value);

// What Set-Cookie says: a cookie of the session, for the whole host, over TLS only and not for
// scripts.
void append_cookie(std::string& out, const ServiceConfig& service, std::uint64_t tag);

}  // namespace portcullis::origin
