// What the kernel holds, read back as a program.
#include "firewall/netlink/kernel.h"
#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

namespace portcullis::firewall {
namespace {

using test::nft;

class Read : public testing::Test {
  protected:
    void install(const Program& program) {
        const Answer<Generation> done = replace(owner_, program, Ownership::none);
        ASSERT_TRUE(done) << done.error().text;
    }

    Installed now() {
        Answer<Installed> installed = read(owner_);
        EXPECT_TRUE(installed) << installed.error().text;
        return installed ? *installed : Installed{};
    }

    Socket owner_ = Socket::open().value();
};

TEST_F(Read, GivesBackWhatWasPutThere) {
    install(test::sample_program());
    const Installed installed = now();
    EXPECT_EQ(installed.program, as_installed(test::sample_program()));
    EXPECT_EQ(installed.foreign, std::vector<std::string>{});
    EXPECT_EQ(installed.tables.size(), 2U);
    EXPECT_EQ(installed.generation, generation(owner_).value());
}

TEST_F(Read, GivesNothingWhereNothingIs) {
    EXPECT_EQ(now().program, Program{});
    EXPECT_TRUE(now().tables.empty());
}

TEST_F(Read, SeesEveryKindOfChangeByOthers) {
    const std::vector<std::string> changes{
        "add rule inet portcullis other accept",
        "insert rule inet portcullis in accept",
        "flush chain inet portcullis in",
        "add chain inet portcullis door { type filter hook prerouting priority -400; }",
        "add chain inet portcullis in { policy drop; }",
        "add chain inet portcullis nat { type nat hook prerouting priority -100; }",
        "add element inet portcullis net4 { 8.8.8.8 }",
        "delete element inet portcullis inside { \"lo\" }",
        "add set inet portcullis more { type ipv4_addr; }",
        "add map inet portcullis m { type ipv4_addr : verdict; }",
        "add counter inet portcullis more",
        "add quota inet portcullis q { over 10 mbytes }",
        "add rule inet portcullis other meta mark 1 accept",
        "delete table netdev portcullis_l2"};
    for (const std::string& change : changes) {
        install(test::sample_program());
        const auto done = nft(change + "\n");
        ASSERT_EQ(done.exit_code, 0) << change << ": " << done.out;
        const Installed installed = now();
        EXPECT_TRUE(installed.program != as_installed(test::sample_program()) ||
                    !installed.foreign.empty())
            << change;
    }
}

TEST_F(Read, ShowsTheBytecodeOfARuleThatNoProgramHas) {
    install(test::sample_program());
    ASSERT_EQ(nft("add rule inet portcullis other meta mark 1\n").exit_code, 0);
    const Installed installed = now();
    const Chain* other = find_chain(installed.program.tables[0], "other");
    ASSERT_NE(other, nullptr);
    EXPECT_EQ(other->rules.back().statements,
              (std::vector<Statement>{Foreign{"meta load mark => reg 1"},
                                      Foreign{"cmp eq reg 1 0x00000001"}}));
}

TEST_F(Read, LeavesOutWhatPacketsPutIntoDynamicSets) {
    install(test::sample_program());
    ASSERT_EQ(nft("add element inet portcullis conns4 { 1.2.3.4 }\n").exit_code, 0);
    EXPECT_EQ(now().program, as_installed(test::sample_program()));
}

TEST_F(Read, GivesExpiriesBackToTheSecond) {
    Program program = test::sample_program();
    for (Set& set : program.tables[0].sets) {
        if (set.name == "ban4") {
            const auto until = std::chrono::floor<std::chrono::seconds>(
                std::chrono::system_clock::now() + std::chrono::hours{1});
            set.elements = {{test::address("1.2.3.4"), test::address("1.2.3.4"), until},
                            {test::address("1.2.3.5"), test::address("1.2.3.5"),
                             until + std::chrono::hours{24 * 365}},
                            {test::address("1.2.3.6"), test::address("1.2.3.6"), std::nullopt}};
        }
    }
    install(program);
    EXPECT_EQ(now().program, as_installed(program));
}

TEST_F(Read, IsNeverHalfOfOneProgramAndHalfOfAnother) {
    Program large = test::sample_program();
    Program small;
    for (int i = 0; i < 200; ++i) {
        large.tables[0].chains[1].rules.push_back({{test::accept()}, std::to_string(i)});
    }
    const Program large_there = as_installed(large);
    std::atomic<bool> stop{false};
    std::thread writer{[&] {
        Socket socket = Socket::open().value();
        for (bool odd = false; !stop; odd = !odd) {
            EXPECT_TRUE(replace(socket, odd ? large : small, Ownership::none));
            std::this_thread::sleep_for(
                std::chrono::milliseconds{20});  // for a read to fit in between
        }
    }};
    bool seen_large = false;
    bool seen_small = false;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    for (int i = 0; !(i >= 100 && seen_large && seen_small); ++i) {
        if (std::chrono::steady_clock::now() > deadline) {
            break;
        }
        const Answer<Installed> installed = read(owner_);
        if (installed) {
            const bool is_large = installed->program == large_there;
            EXPECT_TRUE(is_large || installed->program == small);
            seen_large = seen_large || is_large;
            seen_small = seen_small || !is_large;
        } else {
            EXPECT_EQ(installed.error().fault, KernelFault::restless) << installed.error().text;
        }
    }
    stop = true;
    writer.join();
    EXPECT_TRUE(seen_large && seen_small) << "nobody wrote in between: nothing was shown";
    EXPECT_TRUE(read(owner_)) << "and calm is read at once";
}

TEST_F(Read, CountsByName) {
    install(test::sample_program());
    ASSERT_EQ(nft("add counter inet portcullis more { packets 7 bytes 700 }\n"
                  "add counter netdev portcullis_l2 more { packets 1 bytes 50 }\n")
                  .exit_code,
              0);
    const Counters counted = counters(owner_).value();
    EXPECT_EQ(counted.at("more"), (Counted{8, 750})) << "both tables' together";
    EXPECT_EQ(counted.at("unused"), Counted{});
    EXPECT_TRUE(remove(owner_));
    EXPECT_EQ(counters(owner_).value(), Counters{});
}

}  // namespace
}  // namespace portcullis::firewall
