// One transaction: all of it happens, or none.
#pragma once

#include "firewall/netlink/elements.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/message.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

// A datagram of messages between BATCH_BEGIN and BATCH_END, and of each what it is about.
class Batch {
  public:
    // With expected the kernel refuses the whole as stale when the ruleset is another generation.
    explicit Batch(std::optional<Generation> expected);

    // subject completes "cannot ...": "add rule 'x' of chain gate".
    void add(std::uint16_t type, std::uint8_t family, std::uint16_t flags, std::string subject,
             const Build& build);

    // Sends it and hears the answers. In an aborted transaction the messages that were right are
    // acknowledged like those of a good one, and after the first error others follow from it: so it
    // succeeded only if no message was refused and the last was acknowledged, and the first error
    // is the one to name.
    Answer<void> commit(Socket& socket) &&;

    // Without its end the kernel judges every message, and then aborts.
    Answer<void> rehearse(Socket& socket) &&;

    [[nodiscard]] std::size_t bytes() const { return datagram_.size(); }

  private:
    Answer<void> transact(Socket& socket);

    Datagram datagram_;
    std::vector<std::string> subjects_;
    std::size_t last_message_ = 0;  // where it begins in the datagram
};

// As many messages as they need, each about "elements of set NAME".
void add_marks(Batch& batch, std::uint16_t type, std::uint8_t family, std::string_view table,
               std::string_view set, std::span<const Mark> marks, const KeyFacts& facts);

}  // namespace portcullis::firewall
