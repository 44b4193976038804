// The answer, on its way from the origin to the client.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

constexpr int kInterimAnswersMax = 16;  // 1xx before the answer itself

// Reads heads until the one that is not 1xx, or is 101; interim ones are passed on. Watches the
// client meanwhile: when it is gone, the origin need not go on. x.origin holds the head.
Task<Fault> read_answer_head(Exchange& x);

// Sends that head and its body to the client. After success the origin has been let go of.
Task<Fault> pass_answer(Exchange& x);

}  // namespace portcullis::relay
