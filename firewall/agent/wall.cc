#include "firewall/agent/wall.h"

#include "firewall/agent/difference.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <iterator>
#include <tuple>
#include <utility>

namespace portcullis::firewall {
namespace {

constexpr int kAttempts = 3;  // others commit between our look and our batch

void add(Counters& sum, const Counters& more) {
    for (const auto& [name, counted] : more) {
        Counted& total = sum[name];
        total.packets += counted.packets;
        total.bytes += counted.bytes;
    }
}

bool is_before(const Element& a, const Element& b) {
    return std::tie(a.first, a.last) < std::tie(b.first, b.last);
}

// Those of a whose place is not in b; both are sorted.
std::vector<Element> without(const std::vector<Element>& a, const std::vector<Element>& b) {
    std::vector<Element> rest;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(rest),
                        is_before);
    return rest;
}

// Some element of both lasts another time: the kernel cannot change that in place.
bool some_last_longer(const std::vector<Element>& before, const std::vector<Element>& after) {
    std::vector<Element> kept;
    std::set_intersection(after.begin(), after.end(), before.begin(), before.end(),
                          std::back_inserter(kept), is_before);
    return !std::includes(before.begin(), before.end(), kept.begin(), kept.end());
}

Answer<void> change_elements(Socket& owner, const Set& before, const Set& after) {
    const std::vector<Element> added = without(after.elements, before.elements);
    const std::vector<Element> removed = without(before.elements, after.elements);
    // A few of many are changed one by one; prefixes must never overlap on the way, so they go
    // together.
    if (!after.interval && !some_last_longer(before.elements, after.elements)) {
        if (removed.empty()) {
            return add_elements(owner, after, added);
        }
        // One that expired just now cannot be removed, and then all are replaced instead.
        if (added.empty()) {
            if (const auto done = remove_elements(owner, after, removed); done) {
                return done;
            }
        }
    }
    return replace_elements(owner, after, after.elements);
}

}  // namespace

Answer<Wall> Wall::open(Fd kept, Ownership ownership) {
    auto reader = Socket::open();
    if (!reader) {
        return reader.error();
    }
    if (kept) {
        if (auto owner = Socket::adopt(std::move(kept))) {
            return Wall{std::move(*owner), std::move(*reader), ownership, true};
        }
    }
    auto owner = Socket::open();
    if (!owner) {
        return owner.error();
    }
    return Wall{std::move(*owner), std::move(*reader), ownership, false};
}

Answer<Installed> Wall::look() {
    return read(reader_);
}

Answer<Installed> Wall::look_at_rules() {
    return read_rules(reader_);
}

std::uint32_t Wall::stranger(const Installed& installed) const {
    for (const InstalledTable& table : installed.tables) {
        if (table.owned && table.owner != 0 && table.owner != owner_.port()) {
            return table.owner;
        }
    }
    return 0;
}

void Wall::want(const Program& program) {
    wanted_ = program;
    wanted_installed_ = as_installed(program);
    wanted_rules_ = without_bans(wanted_installed_);
    ++bans_version_;
}

Answer<void> Wall::put(const Program& program) {
    const auto counted = firewall::counters(reader_);
    const auto generation = replace(owner_, program, ownership_);
    if (!generation) {
        return generation.error();
    }
    if (counted) {
        add(past_, *counted);
    }
    want(program);
    generation_ = *generation;
    return {};
}

void Wall::expect(const Program& program, Generation generation) {
    want(program);
    generation_ = generation;
}

Answer<void> Wall::put_bans(const Program& program, const std::vector<std::string>& sets) {
    const Table* before = find_table(wanted_, kTable);
    const Table* after = find_table(program, kTable);
    for (const std::string& name : sets) {
        const Set* old_set = find_set(*before, name);
        const Set* new_set = find_set(*after, name);
        if (const auto done = change_elements(owner_, *old_set, *new_set); !done) {
            return done.error();
        }
    }
    want(program);
    return {};
}

Answer<void> Wall::repair_rules() {
    const auto counted = firewall::counters(reader_);
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const auto installed = look_at_rules();
        if (!installed) {
            break;
        }
        const auto generation = replace_rules(owner_, wanted_, *installed);
        if (generation) {
            if (counted) {
                add(past_, *counted);
            }
            generation_ = *generation;
            return {};
        }
        if (generation.error().fault != KernelFault::stale) {
            break;
        }
    }
    return put(Program{wanted_});
}

Answer<void> Wall::repair_bans(const std::vector<std::string>& sets) {
    ++bans_version_;
    const Table* table = find_table(wanted_, kTable);
    for (const std::string& name : sets) {
        const Set& set = *find_set(*table, name);
        if (const auto done = replace_elements(owner_, set, set.elements); !done) {
            return done.error();
        }
    }
    return {};
}

Answer<void> Wall::repair_bans(const std::vector<TouchedBans>& touched) {
    const Table* table = find_table(wanted_installed_, kTable);
    std::vector<std::string> whole;
    for (const TouchedBans& one : touched) {
        const Set* set = table == nullptr ? nullptr : find_set(*table, one.set);
        if (set != nullptr && (one.more || !settle_elements(owner_, *set, one.keys))) {
            whole.push_back(one.set);
        }
    }
    return repair_bans(whole);
}

Answer<void> Wall::take_down() {
    if (const auto removed = remove(owner_); !removed) {
        return removed.error();
    }
    want({});
    return {};
}

std::string Wall::drift_of_tables(const Installed& installed) const {
    for (const InstalledTable& table : installed.tables) {
        if (table.dormant) {
            return fmt::format("table {} is dormant: it sees no packets", table.name);
        }
        if (ownership_ != Ownership::none && table.owner != owner_.port()) {
            return fmt::format("table {} is {}", table.name,
                               table.owner == 0 ? "nobody's" : "another process's");
        }
    }
    if (!installed.foreign.empty()) {
        return "something is there that we did not write: " + installed.foreign.front();
    }
    return {};
}

std::string Wall::drift(const Installed& installed, Expiry now) const {
    std::string drift = drift_of_tables(installed);
    return drift.empty() ? difference(wanted_installed_, installed.program, now) : drift;
}

std::string Wall::drift_of_rules(const Installed& installed) const {
    constexpr Expiry kAny{};  // nothing but bans expires
    std::string drift = drift_of_tables(installed);
    return drift.empty() ? difference(wanted_rules_, installed.program, kAny) : drift;
}

std::vector<Set> Wall::wanted_bans() const {
    std::vector<Set> sets;
    if (const Table* table = find_table(wanted_installed_, kTable)) {
        std::copy_if(table->sets.begin(), table->sets.end(), std::back_inserter(sets),
                     [](const Set& set) { return is_ban_set(set.name); });
    }
    return sets;
}

Counters Wall::counters() {
    Counters sum = past_;
    if (const auto current = firewall::counters(reader_)) {
        add(sum, *current);
    }
    return sum;
}

std::string_view name(Ownership ownership) {
    constexpr std::array<std::string_view, 3> names{"none", "owner", "persistent"};
    return names[static_cast<std::size_t>(ownership)];
}

}  // namespace portcullis::firewall
