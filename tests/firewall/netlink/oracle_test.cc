// nft judges: the same table from our batch and from nft's own reading of the same lines.
#include "firewall/netlink/kernel.h"
#include "firewall/program/print.h"
#include "tests/firewall/netlink/nft.h"
#include "tests/firewall/netlink/sample.h"
#include "tests/firewall/program/sample.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace portcullis::firewall {
namespace {

std::string table_around(const std::string& rule) {
    return "table inet portcullis {\n"
           "counter c { }\ncounter unused { }\n"
           "set uplinks { type iface_index; elements = { 1, 777 } }\n"
           "set inside { type ifname; elements = { \"docker0\", \"lo\" } }\n"
           "set net4 { type ipv4_addr; flags interval; elements = { 10.0.0.0/24, "
           "192.0.2.7, 224.0.0.0/3 } }\n"
           "set net6 { type ipv6_addr; flags interval; elements = { ::, "
           "2001:db8::/112 } }\n"
           "set ban4 { type ipv4_addr; flags timeout; size 131072; }\n"
           "set r1 { type mark; flags dynamic,timeout; size 65536; timeout 10s; }\n"
           "set conns4 { type ipv4_addr; flags dynamic; size 1024; }\n"
           "chain other { }\n"
           "chain in { type filter hook prerouting priority -300; policy accept;\n" +
           rule + "\n}\n}\n";
}

// What nft writes in another way on the same meaning: times, which differ from one listing to the
// next; ports behind "ct original", of which it does not know that they are ports; and the order of
// two fields of the IPv6 header, which it moves together to read them with one load.
std::string listed_both() {
    std::string text = test::listed() + test::listed("netdev portcullis_l2");
    text = std::regex_replace(text, std::regex{"(timeout|expires) [0-9dhms]+"}, "$1 _");
    text = std::regex_replace(
        text, std::regex{"(ip6 nexthdr 58) ip6 hoplimit 255 (icmpv6 type ([0-9]+|\\{[^}]*\\}))"},
        "$1 $2 ip6 hoplimit 255");
    for (std::smatch port;
         std::regex_search(text, port, std::regex{"0x([0-9a-f]+) \\[invalid type\\]"});) {
        const std::string number = std::to_string(std::stoul(port[1], nullptr, 16));
        text.replace(static_cast<std::size_t>(port.position()), port[0].str().size(), number);
    }
    return text;
}

// As if every ban began now: those of the sample's own time are over.
Program with_bans_of_now(Program program) {
    const auto until = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) +
                       std::chrono::hours{1};
    for (Table& table : program.tables) {
        for (Set& set : table.sets) {
            for (Element& element : set.elements) {
                if (element.expires) {
                    element.expires = until;
                }
            }
        }
    }
    return program;
}

// Without the times, and the statements that nft moves in one order.
Program in_one_order(Program program) {
    for (Table& table : program.tables) {
        for (Set& set : table.sets) {
            for (Element& element : set.elements) {
                element.expires.reset();
            }
        }
        for (Chain& chain : table.chains) {
            for (Rule& rule : chain.rules) {
                std::stable_partition(
                    rule.statements.begin(), rule.statements.end(), [](const Statement& statement) {
                        const auto* match = std::get_if<Match>(&statement);
                        return match != nullptr && match->field == Field::ip6_hoplimit;
                    });
            }
        }
    }
    return program;
}

TEST(Oracle, NftListsTheSameForOurBatchAndForItsOwn) {
    Socket socket = Socket::open().value();
    for (const test::SampleRule& rule : test::sample_rules()) {
        ASSERT_TRUE(remove(socket));
        const auto loaded = test::nft(table_around(rule.nft));
        ASSERT_EQ(loaded.exit_code, 0) << rule.nft << "\n" << loaded.out;
        const std::string theirs = listed_both();

        Program program{{test::sample_table()}};
        Table& table = program.tables[0];
        table.chains = {{"other", std::nullopt, {}},
                        {"in",
                         Base{Hook::prerouting, kPriorityRaw, Policy::accept, {}},
                         {{rule.statements, {}}}}};
        const Answer<Generation> done = replace(socket, program, Ownership::none);
        ASSERT_TRUE(done) << done.error().text;
        EXPECT_EQ(listed_both(), theirs) << rule.nft;
    }
}

TEST(Oracle, WhatNftMadeOfTheSameLinesIsReadAsTheSameStatements) {
    Socket socket = Socket::open().value();
    for (const test::SampleRule& rule : test::sample_rules()) {
        ASSERT_TRUE(remove(socket));
        ASSERT_EQ(test::nft(table_around(rule.nft)).exit_code, 0);
        const Answer<Installed> installed = read(socket);
        ASSERT_TRUE(installed) << installed.error().text;
        const Chain* in = find_chain(installed->program.tables.at(0), "in");
        ASSERT_NE(in, nullptr);
        EXPECT_EQ(in->rules.at(0).statements, rule.statements) << rule.nft;
        EXPECT_EQ(installed->program.tables[0].sets, test::sample_table().sets);
    }
}

struct Compiled {
    const char* name;
    Program program;
};

std::vector<Compiled> all_modes() {
    return {
        {"edge", test::compiled(FirewallMode::edge)},
        {"edge, everything", with_bans_of_now(test::everything_in(FirewallMode::edge))},
        {"published", test::compiled(FirewallMode::published)},
        {"published, everything", with_bans_of_now(test::everything_in(FirewallMode::published))},
        {"closed", test::compiled(FirewallMode::closed)},
        {"the sample", test::sample_program()}};
}

TEST(Oracle, NftListsEveryModesProgramAsItListsItsScript) {
    Socket socket = Socket::open().value();
    for (const Compiled& mode : all_modes()) {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        ASSERT_TRUE(remove(socket));
        const auto loaded = test::nft(print(mode.program, now));
        ASSERT_EQ(loaded.exit_code, 0) << mode.name << "\n" << loaded.out;
        const std::string theirs = listed_both();
        const Answer<Installed> theirs_read = read(socket);
        ASSERT_TRUE(theirs_read) << theirs_read.error().text;
        const Program want = in_one_order(as_installed(mode.program));
        EXPECT_EQ(print(in_one_order(theirs_read->program), now), print(want, now)) << mode.name;
        EXPECT_TRUE(in_one_order(theirs_read->program) == want) << mode.name;

        const Answer<Generation> done = replace(socket, mode.program, Ownership::none);
        ASSERT_TRUE(done) << mode.name << ": " << done.error().text;
        EXPECT_EQ(listed_both(), theirs) << mode.name;
        const Answer<Installed> ours_read = read(socket);
        ASSERT_TRUE(ours_read) << ours_read.error().text;
        EXPECT_EQ(print(in_one_order(ours_read->program), now), print(want, now)) << mode.name;
        EXPECT_TRUE(in_one_order(ours_read->program) == want) << mode.name;
        EXPECT_EQ(ours_read->foreign, std::vector<std::string>{});
    }
}

TEST(Oracle, AsInstalledTwiceIsAsInstalledOnce) {
    for (const Compiled& mode : all_modes()) {
        EXPECT_TRUE(as_installed(as_installed(mode.program)) == as_installed(mode.program))
            << mode.name;
    }
}

}  // namespace
}  // namespace portcullis::firewall
