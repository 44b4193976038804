// Forward authentication: a service is asked whether a request may pass.
#pragma once

#include "proxy/relay/gate.h"

namespace portcullis::relay {

// Asks the service of the route's forward_auth. 2xx: passed, and its answer_headers are kept for
// compose_request(). Any other answer goes to the client. No answer, or not in time: refused; a
// service that is away never opens the door.
Task<Judgement> ask_auth(Exchange& x);

}  // namespace portcullis::relay
