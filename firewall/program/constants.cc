#include "firewall/program/constants.h"

#include <algorithm>

namespace portcullis::firewall {
namespace {

// Of a set with more elements than this only the first and the last are taken: their kind is one.
constexpr std::size_t kElementsMax = 64;

bool step(Bytes& bytes, bool up) {
    for (std::size_t i = bytes.size(); i-- > 0;) {
        bytes[i] = static_cast<std::uint8_t>(bytes[i] + (up ? 1 : 0xff));
        if (bytes[i] != (up ? 0 : 0xff)) {
            return true;
        }
    }
    return false;
}

Bytes masked(Bytes value, const Bytes& mask) {
    for (std::size_t i = 0; i < mask.size() && i < value.size(); ++i) {
        value[i] = static_cast<std::uint8_t>(value[i] & mask[i]);
    }
    return value;
}

bool inside(const Interval& interval, const Bytes& value) {
    return interval.first <= value && value <= interval.last;
}

}  // namespace

Constants::Constants(const Program& program) {
    for (const Table& table : program.tables) {
        for (const Chain& chain : table.chains) {
            for (const Rule& rule : chain.rules) {
                for (const Statement& statement : rule.statements) {
                    if (const auto* match = std::get_if<Match>(&statement)) {
                        add(table, *match);
                    }
                }
            }
        }
    }
}

void Constants::add(Field field, const Interval& interval) {
    const auto index = static_cast<std::size_t>(field);
    if (interval.first.size() != facts_of(field).width) {
        return;
    }
    added_[index].push_back(interval);
    std::set<Bytes>& all = candidates_[index];
    all.insert(interval.first);
    all.insert(interval.last);
    Bytes next = interval.last;
    if (step(next, true)) {
        all.insert(next);
    }
    Bytes previous = interval.first;
    if (step(previous, false)) {
        all.insert(previous);
    }
}

void Constants::add(const Table& table, const Match& match) {
    const auto index = static_cast<std::size_t>(match.field);
    const auto* in = std::get_if<InSet>(&match.operand);
    const Set* set = in == nullptr ? nullptr : find_set(table, in->set);
    questions_[index].push_back({&match, set});
    const std::size_t kept = added_[index].size();
    if (const auto* values = std::get_if<Values>(&match.operand)) {
        for (const Interval& value : *values) {
            Interval widest = value;  // all that the mask lets be the same
            for (std::size_t i = 0; i < match.mask.size() && i < widest.last.size(); ++i) {
                widest.last[i] =
                    static_cast<std::uint8_t>(widest.last[i] | (~match.mask[i] & 0xff));
            }
            add(match.field, widest);
        }
    } else if (set != nullptr) {
        for (std::size_t i = 0; i < set->elements.size(); ++i) {
            if (i < kElementsMax / 2 || set->elements.size() - i <= kElementsMax / 2) {
                add(match.field, {set->elements[i].first, set->elements[i].last});
            }
        }
    }
    added_[index].resize(kept);  // the question itself tells them apart
}

std::vector<bool> Constants::answers(Field field, const Bytes& candidate) const {
    const auto index = static_cast<std::size_t>(field);
    std::vector<bool> result;
    for (const Question& question : questions_[index]) {
        const Bytes value = masked(candidate, question.match->mask);
        bool found = false;
        if (const auto* values = std::get_if<Values>(&question.match->operand)) {
            found = std::any_of(values->begin(), values->end(),
                                [&](const Interval& one) { return inside(one, value); });
        } else if (question.set != nullptr) {
            const auto& all = question.set->elements;
            const auto behind = std::upper_bound(
                all.begin(), all.end(), value,
                [](const Bytes& wanted, const Element& one) { return wanted < one.first; });
            found = behind != all.begin() && value <= std::prev(behind)->last;
        }
        result.push_back(found);
    }
    for (const Interval& one : added_[index]) {
        result.push_back(inside(one, candidate));
    }
    return result;
}

std::vector<Bytes> Constants::classes(Field field, std::vector<Bytes> first) const {
    const auto& candidates = candidates_[static_cast<std::size_t>(field)];
    first.insert(first.end(), candidates.begin(), candidates.end());
    std::set<std::vector<bool>> seen;
    std::vector<Bytes> result;
    for (const Bytes& candidate : first) {
        if (seen.insert(answers(field, candidate)).second) {
            result.push_back(candidate);
        }
    }
    return result;
}

}  // namespace portcullis::firewall
