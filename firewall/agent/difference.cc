#include "firewall/agent/difference.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <set>

namespace portcullis::firewall {
namespace {

constexpr std::array kBanSets{kBannedAddresses4, kBannedAddresses6, kBannedPrefixes4,
                              kBannedPrefixes6};

bool is_ban_set(const std::string& name) {
    return std::find(kBanSets.begin(), kBanSets.end(), name) != kBanSets.end();
}

bool same_place(const Element& a, const Element& b) {
    return a.first == b.first && a.last == b.last;
}

bool same_time(const std::optional<Expiry>& a, const std::optional<Expiry>& b) {
    if (!a || !b) {
        return a == b;
    }
    return (*a > *b ? *a - *b : *b - *a) <= kExpirySlack;
}

bool may_be_gone(const Element& element, Expiry now) {
    return element.expires && *element.expires <= now + kExpirySlack;
}

// Both are sorted.
bool same_elements(const std::vector<Element>& want, const std::vector<Element>& have, Expiry now) {
    auto a = want.begin();
    auto b = have.begin();
    while (a != want.end() || b != have.end()) {
        if (a != want.end() && b != have.end() && same_place(*a, *b)) {
            if (!same_time(a->expires, b->expires)) {
                return false;
            }
            ++a;
            ++b;
        } else if (a != want.end() && may_be_gone(*a, now)) {
            ++a;
        } else if (b != have.end() && may_be_gone(*b, now)) {
            ++b;
        } else {
            return false;
        }
    }
    return true;
}

// All of a set but its elements.
bool same_kind(const Set& a, const Set& b) {
    return a.type == b.type && a.interval == b.interval && a.timeout == b.timeout &&
           a.dynamic == b.dynamic && a.size == b.size && a.element_timeout == b.element_timeout;
}

// The first name that is in one of the two only, or stands elsewhere.
template <class Item>
std::string names_differ(const char* kind, const std::vector<Item>& want,
                         const std::vector<Item>& have) {
    for (std::size_t i = 0; i < std::max(want.size(), have.size()); ++i) {
        if (i >= want.size()) {
            return fmt::format("{} {} is there and should not be", kind, have[i].name);
        }
        if (i >= have.size()) {
            return fmt::format("{} {} is missing", kind, want[i].name);
        }
        if (want[i].name != have[i].name) {
            return fmt::format("{} {} stands where {} should", kind, have[i].name, want[i].name);
        }
    }
    return {};
}

std::string chain_differs(const Chain& want, const Chain& have) {
    if (want.base != have.base) {
        return fmt::format("chain {}: its hook, priority, policy or devices are others", want.name);
    }
    const std::size_t both = std::min(want.rules.size(), have.rules.size());
    for (std::size_t i = 0; i < both; ++i) {
        if (want.rules[i] != have.rules[i]) {
            return fmt::format("chain {}: rule {} is another", want.name, i + 1);
        }
    }
    return want.rules.size() == have.rules.size()
               ? std::string{}
               : fmt::format("chain {}: it has {} rules instead of {}", want.name,
                             have.rules.size(), want.rules.size());
}

std::string table_differs(const Table& want, const Table& have, Expiry now) {
    if (want.family != have.family) {
        return "its family is another";
    }
    const std::set<std::string> counters{want.counters.begin(), want.counters.end()};
    if (counters != std::set<std::string>{have.counters.begin(), have.counters.end()}) {
        return "its counters are others";
    }
    if (std::string names = names_differ("set", want.sets, have.sets); !names.empty()) {
        return names;
    }
    for (std::size_t i = 0; i < want.sets.size(); ++i) {
        if (!same_kind(want.sets[i], have.sets[i])) {
            return fmt::format("set {} is of another kind", want.sets[i].name);
        }
        if (!same_elements(want.sets[i].elements, have.sets[i].elements, now)) {
            return fmt::format("set {}: its elements are others", want.sets[i].name);
        }
    }
    if (std::string names = names_differ("chain", want.chains, have.chains); !names.empty()) {
        return names;
    }
    for (std::size_t i = 0; i < want.chains.size(); ++i) {
        if (std::string chain = chain_differs(want.chains[i], have.chains[i]); !chain.empty()) {
            return chain;
        }
    }
    return {};
}

void take_bans(Program& program) {
    for (Table& table : program.tables) {
        for (Set& set : table.sets) {
            if (is_ban_set(set.name)) {
                set.elements.clear();
            }
        }
    }
}

}  // namespace

std::string difference(const Program& want, const Program& have, Expiry now) {
    if (std::string names = names_differ("table", want.tables, have.tables); !names.empty()) {
        return names;
    }
    for (std::size_t i = 0; i < want.tables.size(); ++i) {
        const std::string table = table_differs(want.tables[i], have.tables[i], now);
        if (!table.empty()) {
            return fmt::format("table {}: {}", want.tables[i].name, table);
        }
    }
    return {};
}

std::vector<std::string> only_bans_differ(const Program& a, const Program& b) {
    const Table* first = find_table(a, kTable);
    const Table* second = find_table(b, kTable);
    if (first == nullptr || second == nullptr) {
        return {};
    }
    Program without_a = a;
    Program without_b = b;
    take_bans(without_a);
    take_bans(without_b);
    std::vector<std::string> sets;
    if (without_a != without_b) {
        return sets;
    }
    for (const Set& set : first->sets) {
        const Set* other = find_set(*second, set.name);
        if (other != nullptr && other->elements != set.elements) {
            sets.push_back(set.name);
        }
    }
    return sets;
}

}  // namespace portcullis::firewall
