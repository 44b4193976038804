#include "proxy/relay/http2_flow.h"

#include "tests/proxy/relay/http2_origin_fixture.h"

namespace portcullis::relay {
namespace {

using namespace std::chrono_literals;
using test::keep_result;
using test::kOpen;

class Http2FlowTest : public test::Http2OriginFixture {};

TEST_F(Http2FlowTest, HandsABodyOverWithItsTrailers) {
    begin("POST", kOpen);
    EXPECT_EQ(run(side->send("hello")), Fault::none);
    const std::vector<http::Field> trailers = {{"Sum", "1"}};
    EXPECT_EQ(run(side->end(trailers)), Fault::none);
    EXPECT_EQ(told().body, "hello");
    EXPECT_EQ(told().log, "end sum=1 ");
}

TEST_F(Http2FlowTest, WaitsForAPeerThatTakesNoMore) {
    begin("POST", kOpen);
    turns();
    told().consumes = false;
    const std::string much(200'000, 'x');
    Fault fault = Fault::worker_full;
    const Task<> sending = keep_result(side->send(much), fault);
    turns();
    EXPECT_EQ(fault, Fault::worker_full);
    EXPECT_LT(told().body.size(), 100'000U);
    told().consumes = true;
    std::size_t done = 0;
    while (fault == Fault::worker_full && done < told().body.size()) {
        const std::size_t size = told().body.size();
        peer.consume(stream(), size - done);
        done = size;
        told().consumes = false;
        turns();
    }
    EXPECT_EQ(fault, Fault::none);
    EXPECT_EQ(told().body.size(), much.size());
}

TEST_F(Http2FlowTest, LetsThePeerSendOnlyAWindowAhead) {
    EXPECT_EQ(ask(), Fault::none);
    peer.answer(stream(), 200, {}, false);
    const std::string much(1'000'000, 'x');
    peer.send_data(stream(), much, true);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    turns();
    EXPECT_FALSE(stream().sent());
    std::size_t got = 0;
    for (int i = 0; i < 1000 && got < much.size(); ++i) {
        const std::string part = rest();
        EXPECT_LT(part.size(), 600'000U);
        got += part.size();
        turns();
    }
    EXPECT_EQ(got, much.size());
}

TEST_F(Http2FlowTest, AResetInsideTheBodyCutsIt) {
    EXPECT_EQ(ask(), Fault::none);
    peer.answer(stream(), 200, {}, false);
    EXPECT_EQ(run(side->read_head(5s)), Fault::none);
    peer.reset(stream(), http2::Code::internal_error);
    EXPECT_EQ(run(side->more()), Fault::origin_cut_body);
}

TEST_F(Http2FlowTest, CancellingEndsItsWaits) {
    EXPECT_EQ(ask(), Fault::none);
    Fault fault = Fault::none;
    const Task<> reading = keep_result(side->read_head(5s), fault);
    side->cancel();
    EXPECT_EQ(fault, Fault::shutdown_deadline);
    EXPECT_EQ(run(side->more()), Fault::shutdown_deadline);
}

}  // namespace
}  // namespace portcullis::relay
