// What the wall costs a packet: processor time on its way from the sender's system call to the
// verdict in the node, since on a veth pair all of that is done by one thread. One line of JSON for
// each figure.
//
//   flood_bench            the figures
//   flood_bench --smoke    the same with hardly any work
#include "tests/kernel/support/flood.h"
#include "tests/kernel/support/services.h"
#include "tests/kernel/support/topology.h"
#include "tests/kernel/support/wall.h"
#include "tests/support/private_network.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <exception>
#include <fmt/format.h>
#include <functional>
#include <string_view>

namespace portcullis::test {
namespace {

constexpr int kRounds = 5;

// Of processor time of this thread.
double thread_seconds(const std::function<void()>& work) {
    const auto now = [] {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
    };
    const double start = now();
    work();
    return now() - start;
}

void report(const char* name, const char* unit, const std::function<double()>& measure) {
    std::vector<double> values;
    for (int round = 0; round < kRounds; ++round) {
        values.push_back(measure());
    }
    std::sort(values.begin(), values.end());
    std::puts(fmt::format(R"({{"work": "{}", "unit": "{}", "median": {:.4g}, "least": {:.4g}, )"
                          R"("most": {:.4g}}})",
                          name, unit, values[kRounds / 2], values.front(), values.back())
                  .c_str());
}

void measure_packets(std::size_t count) {
    const Topology world;
    const Services host{world.node, {.tcp = {443}}};
    Wall wall{world.node};
    Wire wire{world.outside, "eth0"};
    const std::vector<Octets> strangers = syns_of_strangers(count, world.node4, 1);
    const std::vector<Octets> one =
        syns_of(count, IpAddress::parse("11.22.33.77").value(), world.node4);
    const auto each = [&](const std::vector<Octets>& packets) {
        return [&] {
            return thread_seconds([&] { wire.send(packets, kNodeMac); }) * 1e6 /
                   static_cast<double>(packets.size());
        };
    };
    report("SYN of a stranger to 443, no wall", "us", each(strangers));
    wall.put(usual_policy());
    report("SYN of a stranger to 443", "us", each(strangers));
    report("SYN of a flood from one source to 443", "us", each(one));
    std::vector<Octets> closed;
    for (std::size_t i = 0; i < count; ++i) {
        closed.push_back(bytes_of(packet(world.outside4, world.node4, Tcp{.target = 22})));
    }
    report("SYN to a closed port", "us", each(closed));
}

}  // namespace
}  // namespace portcullis::test

int main(int argc, char** argv) {
    using namespace portcullis::test;
    const bool smoke = argc > 1 && std::string_view{argv[1]} == "--smoke";
    try {
        enter_private_network().value();
        measure_packets(smoke ? 1'000 : 200'000);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "flood_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
