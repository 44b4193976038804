// Tables, counters, sets, chains and rules as attributes of messages, and back. Each pair stands
// together with the attribute tree above it. What goes in has been checked: names are not too long,
// and a rule's expressions came from lower().
#pragma once

#include "firewall/netlink/expression.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/lower.h"
#include "firewall/netlink/message.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::firewall {

std::uint32_t flags_of(Ownership ownership);

void put_table(nlmsghdr& message, std::string_view name, std::optional<std::uint32_t> flags);
std::optional<InstalledTable> take_table(const nlmsghdr& message);

void put_counter(nlmsghdr& message, std::string_view table, std::string_view name);

struct NamedCounter {
    std::string table;
    std::string name;
    bool is_counter = true;  // false: a quota, a helper; the rest is empty then
    Counted counted;
};

std::optional<NamedCounter> take_counter(const nlmsghdr& message);

// id: of this set in its batch, not 0.
void put_set(nlmsghdr& message, std::string_view table, const Set& set, std::uint32_t id);
void put_literal(nlmsghdr& message, std::string_view table, const Literal& literal,
                 std::uint32_t id);

// A set as the kernel has it, without its elements.
struct InstalledSet {
    std::string table;
    Set set;
    bool literal = false;  // anonymous: part of a rule
    bool known = false;    // it is what a Set or a Literal can say
    std::uint32_t key_bytes = 0;
};

std::optional<InstalledSet> take_set(const nlmsghdr& message);

void put_chain(nlmsghdr& message, Family family, std::string_view table, const Chain& chain);

struct InstalledChain {
    std::string table;
    Chain chain;        // without its rules
    bool known = true;  // of type filter, with a hook that Hook names
};

std::optional<InstalledChain> take_chain(const nlmsghdr& message);

void put_rule(nlmsghdr& message, Family family, std::string_view table, std::string_view chain,
              const std::vector<Expression>& expressions, const std::string& comment);

struct InstalledRule {
    std::string table;
    std::string chain;
    std::vector<Expression> expressions;
    std::string comment;
};

std::optional<InstalledRule> take_rule(const nlmsghdr& message);

}  // namespace portcullis::firewall
