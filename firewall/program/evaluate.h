// What the kernel would do with a packet under a program, and on which rule's account.
#pragma once

#include "firewall/program/packet.h"
#include "firewall/program/program.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

enum class Fate : std::uint8_t {
    accepted,  // by every base chain it met
    dropped,
    answered,  // synproxy took it
};

struct Judgement {
    Fate outcome{};
    // Where it ended: the base chain that dropped it, or for accepted packets the last rule that
    // said accept in prerouting. rule is null where a chain's policy decided, or nothing did.
    const Chain* chain = nullptr;
    const Rule* rule = nullptr;
    int priority = 0;                       // of the base chain of that
    bool untracked = false;                 // taken out of connection tracking by the program
    std::uint32_t limits = 0;               // limits that were asked
    std::vector<std::string_view> counted;  // counters, in order
};

// A program, prepared for many packets. Follows the kernel: hooks in the order of the path, chains
// of a hook by priority; accept ends a base chain, drop everything; a field that is not there
// matches nothing; ct state is "invalid" before -200, "untracked" after notrack. Chains that never
// end, and names that lead nowhere, drop.
class Evaluator {
  public:
    // The program must outlive the evaluator; what Judgement points to is the program's.
    explicit Evaluator(const Program& program);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    // Limits depend on other packets: bit i of exceeded says whether the i-th one that is asked is
    // exceeded (of a limit, a row of the sketch, or connections).
    [[nodiscard]] Judgement evaluate(const Packet& packet, std::uint32_t exceeded = 0) const;

    // Every outcome that some combination of limits leads to; at most kCombinationsMax of them.
    [[nodiscard]] std::vector<Judgement> all_outcomes(const Packet& packet) const;

  private:
    struct Prepared;
    std::unique_ptr<const Prepared> prepared_;
};

constexpr std::size_t kCombinationsMax = 64;
constexpr std::uint32_t kAllExceeded = ~std::uint32_t{0};

}  // namespace portcullis::firewall
