// Which endpoint a request should go to for what it brings, and how a client is told to bring it.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// Before the request's head has left the buffer. Sets x.sticky.
origin::Wish wish_of(Exchange& x);

// Set-Cookie, where the service has one and the client's did not lead to the endpoint that answers.
void add_sticky_cookie(Exchange& x, http::FieldList& fields);

// Takes the service's sticky cookie out of what an origin or an authentication service is told: it
// is between the client and us.
void remove_sticky_cookie(const Exchange& x, http::FieldList& fields);

// The key of balance: hash for a client.
std::uint64_t address_key(const IpAddress& address);

}  // namespace portcullis::relay
