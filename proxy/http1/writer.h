// Writes message heads and chunk framing of HTTP/1.1, for origins and for clients. Everything
// appends. What frames a message is written here only, out of the body that will follow it: a
// message is never without framing, and never has another than its body's.
#pragma once

#include "proxy/http/message.h"

#include <span>
#include <string>
#include <string_view>

namespace portcullis::http1 {

// The request's head for the origin, Host first. Connection is written only for an upgrade and for
// TE: an origin connection persists.
void write_request(std::string& out, const http::OutgoingRequest& request);

struct AnswerForm {
    bool to_head = false;  // the request was HEAD: no body follows, whatever is said of it
    bool close = false;    // no further request is read from this client
    // Of its request: an HTTP/1.0 client must be told that it is kept.
    int client_minor_version = 1;
    bool chunked = false;  // how a body without a length is sent; else it ends with the connection
};

// The answer's head for the client.
void write_answer(std::string& out, const http::OutgoingAnswer& answer, const AnswerForm& form);

// One chunk; nothing for empty data, which would end the body.
void write_chunk(std::string& out, std::string_view data);
// "5\r\n": what precedes data that is sent from elsewhere and followed by "\r\n". size is not 0.
void write_chunk_size(std::string& out, std::size_t size);
// The end of a chunked body.
void write_last_chunk(std::string& out, std::span<const http::Field> trailers);

}  // namespace portcullis::http1
