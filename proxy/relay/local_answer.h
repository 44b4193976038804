// What we say ourselves: a small page with the request's id and nothing about what is behind us.
#pragma once

#include "proxy/relay/exchange.h"

#include <string>

namespace portcullis::relay {

// Sends the page for the fault (the operator's, if there is one for its status), or gives the
// client up if there is none.
Task<> answer_ourselves(Exchange& x, Fault fault);

// Sends the client where the route redirects to.
Task<> answer_redirect(Exchange& x);

// A whole answer with Connection: close, for where there is no exchange yet: plain HTTP on the TLS
// port.
std::string whole_page(Context& context, int status, std::string_view sentence,
                       std::string_view request_id);

}  // namespace portcullis::relay
