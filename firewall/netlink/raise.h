// The inverse of lower: what a rule's instructions say. The tests of protocol that the later
// matches of the rule imply are left out, as lower would write them again.
#pragma once

#include "firewall/netlink/expression.h"
#include "firewall/netlink/lower.h"
#include "firewall/program/program.h"

#include <map>
#include <string>
#include <vector>

namespace portcullis::firewall {

// Of the sets without a name of their own that the rule looks in, by the kernel's name for them.
// Empty values: a set that no Values can be.
using LiteralValues = std::map<std::string, Values, std::less<>>;

// The values of literals as the kernel keeps them.
LiteralValues in_registers(const std::vector<Literal>& literals);

// Total: an instruction that is no part of anything a statement says becomes a Foreign of its own.
std::vector<Statement> raise(const std::vector<Expression>& expressions, Family family,
                             const LiteralValues& literals);

}  // namespace portcullis::firewall
