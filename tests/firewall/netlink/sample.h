// Rules that say everything a statement can say, and a program made of them.
#pragma once

#include "firewall/program/program.h"

#include <string>
#include <vector>

namespace portcullis::firewall::test {

Values value(Field field, std::uint64_t number);
Values range(Field field, std::uint64_t first, std::uint64_t last);
Values values(Field field, const std::vector<std::uint64_t>& numbers);
Values name_value(std::string_view name);
Bytes address(std::string_view text);
Match is(Field field, std::uint64_t number);
Match is_in(Field field, std::string set);
Match in_prefix(Field field, std::string_view network, std::size_t bits);
Verdict accept();
Verdict drop();

struct SampleRule {
    std::string nft;       // the same as nft writes it, for nft to read
    std::string bytecode;  // instructions as nft --debug=netlink shows them, each in brackets
    std::vector<Statement> statements;
};

// All in a table of family inet that has what sample_table() has.
std::vector<SampleRule> sample_rules();

// Counters "c"; sets uplinks (iface_index), inside (ifname), net4 and net6 (intervals), ban4
// (timeouts), r1 (mark, dynamic), conns4 (dynamic); chains: base ones at prerouting, input and
// output, and "other".
Table sample_table();

Program sample_program();

}  // namespace portcullis::firewall::test
