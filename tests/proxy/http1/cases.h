// Requests that tests of every layer judge alike: what is refused, as what, and what only looks
// suspicious.
#pragma once

#include "proxy/http/refusal.h"
#include "proxy/http1/parser.h"

#include <cstddef>
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

// What the proxy makes of a request that arrives in pieces of that many bytes: its head, its
// framing, and its body if that is chunked. Each piece reaches the parser in a heap buffer of
// exactly its size.
struct Judgement {
    http::Refusal refusal = http::Refusal::none;
    bool complete = false;     // the head, and a chunked body's end, were seen
    std::size_t consumed = 0;  // by the head
    std::string body;          // of a chunked body
};

Judgement judge(const std::string& bytes, std::size_t first_piece, std::size_t next_pieces);
// All at once.
Judgement judge(const std::string& bytes);

}  // namespace portcullis::http1
