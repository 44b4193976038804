#include "proxy/worker/accept.h"

#include "tests/proxy/worker/running_worker.h"

#include <gtest/gtest.h>

#include <sys/resource.h>

#include <fcntl.h>

namespace portcullis::worker {
namespace {

using observe::Count;
using test::RawClient;
using test::RunningWorker;

TEST(Accept, TakesMoreThanOneBurst) {
    RunningWorker worker{test::published(1)};
    std::vector<RawClient> clients;
    for (int i = 0; i < 200; ++i) {
        clients.push_back(RawClient::plain(worker.port()));
        ASSERT_TRUE(clients.back().connected());
    }
    worker.start();
    EXPECT_TRUE(worker.counts(Count::connections_accepted, 200));
}

// Who was told by the kernel that it is connected is served, although nobody new will be.
TEST(Accept, TakesWhatTheKernelHasQueuedBeforeItEnds) {
    RunningWorker worker{test::published(1)};
    std::vector<RawClient> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(RawClient::plain(worker.port()));
    }
    worker->drain(std::chrono::hours{1});
    worker.start();
    EXPECT_TRUE(worker.counts(Count::connections_accepted, 100));
    EXPECT_TRUE(test::eventually(
        [&] { return RawClient::plain(worker.port()).error() == "Connection refused"; }));
    EXPECT_FALSE(worker.ended());
    clients.clear();
    EXPECT_TRUE(test::eventually([&] { return worker.ended(); }));
}

TEST(Accept, GoesOnAfterDescriptorsRanOut) {
    RunningWorker worker{test::published(1)};
    worker.start();
    const RawClient first = RawClient::plain(worker.port());
    EXPECT_TRUE(worker.counts(Count::connections_accepted, 1));
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const Fd next{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    sockaddr_storage address{};
    const socklen_t length =
        SocketAddress{IpAddress::parse("127.0.0.1").value(), worker.port()}.to(address);
    const rlimit none{static_cast<rlim_t>(next.get() + 1), before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);
    std::vector<Fd> holes;  // below the limit, so that none is left
    for (Fd hole; (hole = Fd{::open("/dev/null", O_RDONLY | O_CLOEXEC)});) {
        holes.push_back(std::move(hole));
    }
    EXPECT_EQ(::connect(next.get(), reinterpret_cast<const sockaddr*>(&address), length), 0);
    EXPECT_TRUE(test::eventually([&] { return worker.count(Count::accept_failures) > 0; }));
    EXPECT_EQ(worker.count(Count::connections_accepted), 1U);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);
    EXPECT_TRUE(worker.counts(Count::connections_accepted, 2));
}

}  // namespace
}  // namespace portcullis::worker
