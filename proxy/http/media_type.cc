#include "proxy/http/media_type.h"

#include "proxy/http/head.h"

namespace portcullis::http {
namespace {

constexpr std::string_view kGrpc = "application/grpc";

// The type without its parameters.
std::string_view essence(std::string_view content_type) {
    const std::string_view type = content_type.substr(0, content_type.find(';'));
    return type.substr(0, type.find_last_not_of(" \t") + 1);
}

bool begins_with(std::string_view type, std::string_view begin) {
    return same_name(type.substr(0, begin.size()), begin);
}

}  // namespace

bool is_grpc(std::string_view content_type) {
    const std::string_view type = essence(content_type);
    return begins_with(type, kGrpc) && (type.size() == kGrpc.size() || type[kGrpc.size()] == '+');
}

bool is_stream(std::string_view content_type) {
    const std::string_view type = essence(content_type);
    return same_name(type, "text/event-stream") || is_grpc(type) ||
           begins_with(type, "application/grpc-web");
}

}  // namespace portcullis::http
