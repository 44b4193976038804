// What the tests of a rule have established about a packet's protocols, so that a field is only
// read where it exists. The kernel reads bytes at an offset whatever they are; nft keeps the same
// account when it writes the tests that it leaves out of its own language.
#pragma once

#include "firewall/program/program.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace portcullis::firewall {

class Known {
  public:
    explicit Known(Family family) : family_{family} {}

    // The tests to put in front of a read of this field, in order; none when all is known.
    [[nodiscard]] std::vector<Match> missing(Field field) const;

    // What holds of a packet that passed this match.
    void learn(const Match& match);

  private:
    [[nodiscard]] Match network_is(std::uint64_t nfproto) const;

    Family family_;
    std::optional<std::uint64_t> network_;    // kNfproto*
    std::optional<std::uint64_t> transport_;  // as in l4proto
};

}  // namespace portcullis::firewall
