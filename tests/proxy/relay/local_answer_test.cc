#include "proxy/relay/local_answer.h"

#include "tests/proxy/relay/relay_fixture.h"

#include <gtest/gtest.h>

namespace portcullis::relay {
namespace {

using test::answer;
using test::RawClient;
using test::RawOrigin;
using test::Relay;

TEST(WholePage, IsACompleteAnswerThatEndsTheConnection) {
    const auto log = observe::AccessLog::open(LogConfig{}).value();
    limit::Shared shared{Limits{}};
    Context context{*log, shared};
    const std::string page = whole_page(context, 400, "That is wrong.", "0123456789abcdef");
    const auto end = page.find("\r\n\r\n");
    ASSERT_NE(end, std::string::npos);
    const std::string head = page.substr(0, end + 2);
    const std::string body = page.substr(end + 4);
    EXPECT_TRUE(head.starts_with("HTTP/1.1 400 Bad Request\r\n"));
    EXPECT_NE(head.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n"),
              std::string::npos)
        << head;
    EXPECT_NE(head.find("\r\nConnection: close\r\n"), std::string::npos);
    EXPECT_NE(head.find("\r\nX-Request-ID: 0123456789abcdef\r\n"), std::string::npos);
    EXPECT_NE(head.find("\r\nDate: "), std::string::npos) << head;
    EXPECT_NE(head.find("\r\nCache-Control: no-store\r\n"), std::string::npos);
    EXPECT_NE(body.find("That is wrong."), std::string::npos);
    EXPECT_NE(body.find("0123456789abcdef"), std::string::npos);
}

TEST(LocalAnswer, TellsNothingAboutWhatIsBehind) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    RawClient client = relay.connect();
    client.send(test::get("/"));
    const std::string page = client.read_until("</html>\n");
    EXPECT_TRUE(page.starts_with("HTTP/1.1 502 "));
    for (const char* inside : {"127.0.0.1", "shop", "Connection refused"}) {
        EXPECT_EQ(page.find(inside), std::string::npos) << inside;
    }
}

TEST(LocalAnswer, LeavesTheConnectionUsableWhenTheRequestWasReadToItsEnd) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    RawClient client = relay.connect();
    for (int i = 0; i < 2; ++i) {
        client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 4\r\n\r\nbody");
        const std::string page = client.read_until("</html>\n");
        EXPECT_TRUE(page.starts_with("HTTP/1.1 502 ")) << page;
        EXPECT_EQ(page.find("Connection: close"), std::string::npos);
    }
}

TEST(LocalAnswer, EndsTheConnectionWhenABodyIsStillToCome) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    RawClient client = relay.connect();
    client.send("POST / HTTP/1.1\r\nHost: shop.test\r\nContent-Length: 40\r\n\r\nbody");
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 502 ")) << all;
    EXPECT_NE(all.find("Connection: close\r\n"), std::string::npos);
    EXPECT_EQ(client.end(), test::End::clean);
}

TEST(LocalAnswer, ToHeadHasNoBody) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    RawClient client = relay.connect();
    client.send("HEAD / HTTP/1.1\r\nHost: shop.test\r\nConnection: close\r\n\r\n");
    const std::string all = client.read_to_end();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 502 ")) << all;
    EXPECT_TRUE(all.ends_with("\r\n\r\n")) << all;
    EXPECT_NE(all.find("Content-Length: "), std::string::npos);
}

TEST(LocalAnswer, ToGrpcIsAStatusOfItsOwn) {
    const test::RefusingPort refusing;
    const Relay relay{refusing.port()};
    RawClient client = relay.connect();
    const auto status_for = [&](std::string_view type) {
        client.send(test::get("/", "Content-Type: " + std::string{type} + "\r\n"));
        return test::head_of(client);
    };
    for (const char* type :
         {"application/grpc", "application/grpc+proto", "Application/gRPC;x=y"}) {
        const std::string head = status_for(type);
        EXPECT_TRUE(head.starts_with("HTTP/1.1 200 ")) << head;
        EXPECT_NE(head.find("\r\ngrpc-status: 14\r\n"), std::string::npos) << head;
        EXPECT_NE(head.find("\r\nContent-Type: application/grpc\r\n"), std::string::npos) << head;
    }
    EXPECT_TRUE(status_for("application/grpc-web").starts_with("HTTP/1.1 502 "));
}

}  // namespace
}  // namespace portcullis::relay
