// The request's body, on its way from the client to the origin.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// Takes what is here already of the body, at most about a record, so that it can go with the head,
// and again on a second try. Does not wait.
Fault take_body_begin(Exchange& x);

// Hands over the head, that, and the rest of the body. Runs beside the reading of the answer. Sets
// x.upload_done when the body is complete; aborts the exchange when the client fails to send it. An
// origin that stops reading is not a failure: its answer may be on its way.
Task<> upload(Exchange& x);

}  // namespace portcullis::relay
