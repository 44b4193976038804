// What a routed request must pass before its service hears of it.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

enum class Gate : std::uint8_t {
    passed,
    refused,   // by the fault
    answered,  // the client has its answer; the fault, if any, is what came in between
};

struct Judgement {
    Gate gate = Gate::passed;
    Fault fault = Fault::none;
};

// In this order, cheap ones and those that tell nothing first: addresses, method, maintenance,
// redirect, size of the body, rate, basic authentication, forward authentication. x is routed.
// Nothing of the request's body is read.
Task<Judgement> pass_gate(Exchange& x);

}  // namespace portcullis::relay
