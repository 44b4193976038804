#include "firewall/agent/difference.h"

#include "firewall/program/diff.h"

#include <algorithm>
#include <fmt/format.h>

namespace portcullis::firewall {
namespace {

// The kernel drops elements by itself, and a little earlier or later than our clock says.
void take_expiring(Program& program, Expiry now) {
    for (Table& table : program.tables) {
        for (Set& set : table.sets) {
            std::erase_if(set.elements, [now](const Element& element) {
                return element.expires && *element.expires <= now + kExpirySlack;
            });
        }
    }
}

}  // namespace

Program without_bans(Program program) {
    for (Table& table : program.tables) {
        for (Set& set : table.sets) {
            if (is_ban_set(set.name)) {
                set.elements.clear();
            }
        }
    }
    return program;
}

std::string difference(const Program& want, const Program& have, Expiry now) {
    Program lasting_want = want;
    Program lasting_have = have;
    take_expiring(lasting_want, now);
    take_expiring(lasting_have, now);
    const std::vector<Change> changes = diff(lasting_have, lasting_want);
    if (changes.empty()) {
        return {};
    }
    const Change& first = changes.front();
    std::string sentence =
        fmt::format("{}: {} {}", first.where, first.added ? "there is no" : "there is", first.line);
    if (changes.size() > 1) {
        sentence += fmt::format("; and {} more", changes.size() - 1);
    }
    return sentence;
}

std::vector<std::string> only_bans_differ(const Program& a, const Program& b) {
    const Table* first = find_table(a, kTable);
    const Table* second = find_table(b, kTable);
    if (first == nullptr || second == nullptr) {
        return {};
    }
    std::vector<std::string> sets;
    if (without_bans(a) != without_bans(b)) {
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
