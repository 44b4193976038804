// The answer, on its way from the origin to the client.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

// What an origin's answer may have at most; beyond it the answer is a bad one.
constexpr http1::HeadLimits kAnswerLimits{8U << 10U, 48U << 10U, 256};
constexpr int kInterimAnswersMax = 16;  // 1xx before the answer itself

// Reads heads until the one that is not 1xx, or is 101; interim ones are passed on. Watches the
// client meanwhile: when it is gone, the origin need not go on. x.scratch->answer holds the head,
// as views into x.back.
Task<Fault> read_answer_head(Exchange& x);

// Sends that head and its body to the client. After success the origin's connection has been given
// back, or closed.
Task<Fault> pass_answer(Exchange& x);

}  // namespace portcullis::relay
