// Requests that tests of every layer judge alike: what is refused, as what, and what only looks
// suspicious.
#pragma once

#include "proxy/http/refusal.h"

#include <string>
#include <vector>

namespace portcullis::http1 {

struct HeadCase {
    const char* name;
    std::string bytes;   // a whole request, its body included
    http::Refusal want;  // none: accepted, by head, framing and body
};

// Under the default HeadLimits.
const std::vector<HeadCase>& head_cases();

}  // namespace portcullis::http1
