// The values at which a program's mind may change: for each field, both sides of every boundary of
// everything that is compared with it.
#pragma once

#include "firewall/program/program.h"

#include <array>
#include <set>
#include <vector>

namespace portcullis::firewall {

class Constants {
  public:
    explicit Constants(const Program& program);

    void add(Field field, const Interval& interval);

    // One value of each kind that the program can tell apart by this field alone, as far as the
    // candidates are: those added, those of the program, and the given ones, which come first.
    [[nodiscard]] std::vector<Bytes> classes(Field field, std::vector<Bytes> first) const;

    // What each comparison of the program with this field says to the value: equal for values that
    // it cannot tell apart.
    [[nodiscard]] std::vector<bool> answers(Field field, const Bytes& candidate) const;

  private:
    struct Question {
        const Match* match;
        const Set* set;
    };

    void add(const Table& table, const Match& match);

    std::array<std::set<Bytes>, kFields> candidates_;
    std::array<std::vector<Question>, kFields> questions_;
    std::array<std::vector<Interval>, kFields> added_;
};

}  // namespace portcullis::firewall
