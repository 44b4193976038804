// What the media type of a message says about how it passes (RFC 9110, 8.3.1). The arguments are
// values of Content-Type, with their parameters.
#pragma once

#include <string_view>

namespace portcullis::http {

// A gRPC message: application/grpc, also with a suffix such as +proto. gRPC-Web is another
// protocol.
bool is_grpc(std::string_view content_type);

// What is sent bit by bit as it happens, and may be silent for as long as nothing does: event
// streams (text/event-stream), gRPC and gRPC-Web.
bool is_stream(std::string_view content_type);

}  // namespace portcullis::http
