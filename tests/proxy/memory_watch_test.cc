#include "proxy/memory_watch.h"

#include "tests/support/eventually.h"

#include <gtest/gtest.h>

namespace portcullis {
namespace {

using namespace std::chrono_literals;
using limit::Pressure;

TEST(MemoryWatch, FollowsTheLimitAsItIsNow) {
    boost::asio::io_context io{1};
    limit::Memory memory;
    ByteSize most{1};
    MemoryWatch watch{io, memory, [&] { return most; }};
    watch.start();
    const auto becomes = [&](Pressure pressure) {
        return test::eventually([&] {
            io.run_for(10ms);
            return memory.pressure() == pressure;
        });
    };
    EXPECT_TRUE(becomes(Pressure::full));
    EXPECT_GT(memory.held(), 0U);
    most = ByteSize{std::size_t{1} << 40U};
    EXPECT_TRUE(becomes(Pressure::enough));
}

}  // namespace
}  // namespace portcullis
