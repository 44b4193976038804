// The cookie by which a client comes back to its endpoint. Its value is the endpoint's tag, a keyed
// hash of the service's name and the endpoint's address (HMAC-SHA256, the first 64 bits): nobody
// without the key can learn an address from it by trying all there are, or make up the tag of the
// endpoint that a victim is on. It outlives restarts and changes of the configuration as long as
// the key does (proxy/sticky_key.h), and every node with the same key reads the same from it.
#pragma once

#include "config/service_model.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace portcullis::origin {

using StickyKey = std::array<unsigned char, 32>;

// The process's key, from before the first endpoint is made until the end; until then it is all
// zeros. Before threads are started.
void use_sticky_key(const StickyKey& key);
const StickyKey& sticky_key();

// Never 0.
std::uint64_t tag_of(std::string_view service, const SocketAddress& endpoint,
                     std::string_view task = {});

// "__Host-sticky-shop", unless the service has a name of its own for it.
std::string cookie_name(const ServiceConfig& service);

// The tag that a cookie's value holds; 0 when it holds none.
std::uint64_t read_tag(std::string_view value);

// What Set-Cookie says: a cookie of the session, for the whole host, over TLS only and not for
// scripts.
void append_cookie(std::string& out, const ServiceConfig& service, std::uint64_t tag);

}  // namespace portcullis::origin
