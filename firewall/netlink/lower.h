// The statements of a rule as the kernel's instructions, with the tests of protocol in front of the
// reads that presuppose them, where nft writes them too.
#pragma once

#include "base/result.h"
#include "firewall/netlink/expression.h"
#include "firewall/program/program.h"

#include <cstddef>
#include <string>
#include <vector>

namespace portcullis::firewall {

// A set without a name of its own: "{ 2377, 7946 }". It lives and dies with its rule.
struct Literal {
    std::string name;
    Field field{};
    Values values;

    bool operator==(const Literal&) const = default;
};

// One of its values is a range.
bool has_ranges(const Values& values);

// The kernel's own way to call such a set; nobody else may use these names.
constexpr std::string_view kLiteralPrefix = "__set";

struct Lowered {
    std::vector<Expression> expressions;
    std::vector<Literal> literals;  // in order of use, called __setN from first_literal on

    bool operator==(const Lowered&) const = default;
};

// Refuses what cannot be said to the kernel: a Foreign statement, a value of the wrong width, a
// range of numbers in host order, a name or text that is too long.
Result<Lowered> lower(const std::vector<Statement>& statements, Family family,
                      std::size_t first_literal = 0);

}  // namespace portcullis::firewall
