#include "proxy/http/media_type.h"

#include <gtest/gtest.h>

namespace portcullis::http {
namespace {

TEST(MediaType, TellsGrpcAndStreams) {
    const struct {
        const char* type;
        bool grpc;
        bool stream;
    } cases[] = {
        {"application/grpc", true, true},
        {"application/grpc+proto", true, true},
        {"Application/gRPC;charset=utf-8", true, true},
        {"application/grpc ; a=b", true, true},
        {"application/grpc-web", false, true},
        {"application/grpc-web-text+proto", false, true},
        {"text/event-stream", false, true},
        {"Text/Event-Stream; charset=utf-8", false, true},
        {"text/event-streams", false, false},
        {"application/grpcx", false, false},
        {"application/json", false, false},
        {"application/json; x=application/grpc", false, false},
        {"", false, false},
        {";", false, false},
    };

    for (const auto& [type, grpc, stream] : cases) {
        EXPECT_EQ(is_grpc(type), grpc) << type;
        EXPECT_EQ(is_stream(type), stream) << type;
    }
}

}  // namespace
}  // namespace portcullis::http
