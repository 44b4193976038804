// The exchange's way to an origin and back: reach one, hand the request over, pass the answer on.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// After the request's head was read and routed. Sets x.answer_begun once the client has been sent
// anything.
Task<Fault> converse(Exchange& x);

}  // namespace portcullis::relay
