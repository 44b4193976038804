#include "proxy/overlay_watch.h"

#include "tests/support/eventually.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <sched.h>
#include <thread>

namespace portcullis {
namespace {

using namespace std::chrono_literals;

// In a network of its own, which has a loopback and nothing else.
template <class Test>
void in_an_empty_network(Test test) {
    std::thread{[&] {
        ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
        test();
    }}.join();
}

TEST(OverlayWatch, MissesAnInterfaceWithAnAddress) {
    in_an_empty_network([] {
        EXPECT_FALSE(has_a_network());
        ASSERT_EQ(std::system("ip link set lo up; ip link add eth0 type veth peer name eth1"), 0);
        EXPECT_FALSE(has_a_network()) << "one that is down, without an address";
        ASSERT_EQ(std::system("ip link set eth0 up; ip address add 10.9.9.9/24 dev eth0"), 0);
        EXPECT_TRUE(has_a_network());
    });
}

TEST(OverlayWatch, TellsOnceWhenItIsGoneAndWhenItIsBack) {
    in_an_empty_network([] {
        ASSERT_EQ(
            std::system(
                "ip link add eth0 type veth peer name eth1; ip link set eth0 up; ip address add "
                "10.9.9.9/24 dev eth0"),
            0);
        boost::asio::io_context io{1};
        int told = 0;
        int back = 0;
        OverlayWatch watch{io, [&] { ++told; }, [&] { ++back; }};
        watch.start(100ms);
        EXPECT_FALSE(watch.gone());
        ASSERT_EQ(std::system("ip link delete eth0"), 0);
        while (told == 0) {
            io.run_one();
        }
        EXPECT_TRUE(watch.gone());
        for (int i = 0; i < 2; ++i) {
            io.run_one();
        }
        EXPECT_EQ(told, 1);
        EXPECT_EQ(back, 0);
        ASSERT_EQ(
            std::system(
                "ip link add eth0 type veth peer name eth1; ip link set eth0 up; ip address add "
                "10.9.9.9/24 dev eth0"),
            0);
        while (back == 0) {
            io.run_one();
        }
        EXPECT_FALSE(watch.gone());
    });
}

}  // namespace
}  // namespace portcullis
