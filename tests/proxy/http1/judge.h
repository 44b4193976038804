// Feeds whole requests to the parts that decide what becomes of them, in pieces of any size.
#pragma once

#include "proxy/http/refusal.h"

#include <cstddef>
#include <string>

namespace portcullis::http1 {

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
