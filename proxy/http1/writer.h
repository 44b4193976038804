// Writes message heads and chunk framing of HTTP/1.1, for origins and for clients. Everything
// appends.
#pragma once

#include "proxy/http/forward.h"
#include "proxy/http/head.h"
#include "proxy/http1/framing.h"

#include <string>
#include <string_view>

namespace portcullis::http1 {

// Appends the request head for the origin: origin-form target with the path and query as received,
// Host first, framing fields from framing alone. Connection is written only for an upgrade: an
// origin connection persists.
void write_request(std::string& out, const http::RequestHead& head, const http::ClientFacts& facts,
                   const Framing& framing, bool upgrade);

struct ResponseEdit {
    bool close = false;  // no further request is read from this client
    int client_minor_version =
        1;  // of its request: an HTTP/1.0 client must be told that it is kept
    std::string_view request_id = {};
    bool upgrade = false;  // the 101 that ends HTTP on this connection
};

// Appends the answer's head for the client. framing: of the body as it will be sent; with
// BodyKind::none a Content-Length stays as received, for it then tells of the body that HEAD or 304
// leave out, or is 0.
void write_response(std::string& out, const http::ResponseHead& head, const Framing& framing,
                    const ResponseEdit& edit);

// One chunk; nothing for empty data, which would end the body.
void write_chunk(std::string& out, std::string_view data);
// "5\r\n": what precedes data that is sent from elsewhere and followed by "\r\n". size is not 0.
void write_chunk_size(std::string& out, std::size_t size);
// The end of a chunked body; trailers are whole lines, as ChunkedDecoder::trailers() has them.
void write_last_chunk(std::string& out, std::string_view trailers);

}  // namespace portcullis::http1
