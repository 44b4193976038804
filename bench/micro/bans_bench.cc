// What a feed of 100,000 prefixes costs, from elements to the kernel's acknowledgement. The speed
// of light: the kernel alone takes 0.23 s to insert the 200,000 marks into its tree, and nft 0.43 s
// for half as many; ours should add little, as each mark is forty bytes written once.
#include "firewall/netlink/kernel.h"

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <iostream>
#include <sched.h>

namespace portcullis::firewall {
namespace {

std::vector<Element> prefixes(std::uint32_t count, bool interval) {
    std::vector<Element> elements;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t network = 0x0b00'0000 + i * 512;
        elements.push_back(
            {Bytes{network, 4}, Bytes{interval ? network + 255 : network, 4}, std::nullopt});
    }
    return elements;
}

Program with(std::vector<Element> elements, bool interval) {
    Set set;
    set.name = "feed4";
    set.type = KeyType::ipv4;
    set.interval = interval;
    set.elements = std::move(elements);
    return {{{Family::inet, std::string{kTable}, {}, {std::move(set)}, {}}}};
}

// A whole program in the place of one that is as large: the agent's reload.
void replace_program(benchmark::State& state) {
    Socket owner = Socket::open().value();
    const bool interval = state.range(0) != 0;
    const Program program = with(prefixes(100'000, interval), interval);
    for (auto _ : state) {
        if (const auto done = replace(owner, program, Ownership::none); !done) {
            state.SkipWithError(done.error().text.c_str());
            break;
        }
    }
}

void read_program(benchmark::State& state) {
    Socket owner = Socket::open().value();
    const Program program = with(prefixes(100'000, true), true);
    replace(owner, program, Ownership::none).value();
    std::size_t elements = 0;
    for (auto _ : state) {
        elements = read(owner).value().program.tables[0].sets[0].elements.size();
    }
    state.counters["elements"] = static_cast<double>(elements);
}

BENCHMARK(replace_program)->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(read_program)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace portcullis::firewall

int main(int argc, char** argv) {
    // A network of this process's own: what it does to the ruleset ends with it. Needs root.
    if (::unshare(CLONE_NEWNET) != 0) {
        std::cerr << "cannot make a network namespace\n";
        return EXIT_FAILURE;
    }
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    return EXIT_SUCCESS;
}
