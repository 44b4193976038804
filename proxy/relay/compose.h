// What the two peers of an exchange are told of each other: the one place between the head that was
// received and the head that is sent, whatever protocols they speak.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// The request for the origin. Views end with the client's first more().
http::OutgoingRequest compose_request(Exchange& x);

// The head that x.origin holds, interim ones too, for the client. Views end with the origin's next
// read_head(), next() or more(), or with the next call of this.
http::OutgoingAnswer compose_answer(Exchange& x);

// Date, where the origin sent none, and in every answer of our own (RFC 9110, 6.6.1).
void add_date(Context& context, http::FieldList& fields);

// What the route changes in every answer, an origin's and our own, and says of its rate limit. x is
// routed.
void edit_answer(const Exchange& x, http::FieldList& fields);

}  // namespace portcullis::relay
