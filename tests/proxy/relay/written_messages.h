// The oracle for whatever the relay writes to a peer that speaks HTTP/1: read back by our own
// strict parser and framing rules it must be whole messages and nothing else, each with the body
// that was meant. A second reading of one byte is how requests are smuggled, so that every test
// that looks at what was written may ask here.
#pragma once

#include "proxy/http1/framing.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::test {

struct WrittenMessage {
    std::string start;  // "GET /x" of a request, "200" of a response
    std::string body;
    std::vector<std::string> trailers;  // "name: value"
    std::string head;                   // as it was written
    http1::BodyKind framing = http1::BodyKind::none;
    bool last = false;  // it says that its connection carries no other
};

// What became of reading. trouble is empty exactly when all bytes were whole messages.
struct WrittenMessages {
    std::vector<WrittenMessage> all;
    std::string trouble;
};

// What an origin got on one connection, whole.
WrittenMessages read_requests(std::string_view bytes);
// What a client got on one connection, whole, until its end: for requests of these methods, in
// order. Interim responses are passed over. Where a response ends with its connection, which is
// unknown to a client that goes on reading, closed says that it was closed.
WrittenMessages read_responses(std::string_view bytes, const std::vector<std::string>& methods,
                               bool closed);

// Takes bytes from a peer until they are one message: take(n) gives at most n, "" at the end. For
// scripts of origins and clients that must read as strictly as the oracle.
using Take = std::function<std::string(std::size_t)>;
WrittenMessages take_request(const Take& take);
WrittenMessages take_response(const Take& take, const std::string& method);

}  // namespace portcullis::test
