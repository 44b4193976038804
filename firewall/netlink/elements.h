// The elements of a set on their way to the kernel and back. A set of intervals is, to the kernel,
// a line with marks: one where an interval begins, one behind its last value where it ends.
#pragma once

#include "firewall/netlink/message.h"
#include "firewall/program/program.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace portcullis::firewall {

using Milliseconds = std::chrono::milliseconds;

// Of sets that hold all kinds of thing, what elements need to know.
struct KeyFacts {
    bool interval = false;
    bool timeout = false;
    bool host_order = false;  // the kernel keeps the key in host order
    std::size_t width = 0;
};

KeyFacts key_facts(const Set& set);

// What the kernel is given. Bytes in the program's order.
struct Mark {
    Bytes key;
    bool end = false;   // NFT_SET_ELEM_INTERVAL_END: the interval before it stops short of key
    bool open = false;  // nft's note that its interval has no end but the last address
    std::optional<Milliseconds> remaining;  // until it expires

    bool operator==(const Mark&) const = default;
};

// Sorted; those that overlap or repeat each other, and in a set of intervals those that adjoin and
// expire together, made one, with the later expiry (none is the latest).
std::vector<Element> merged(std::vector<Element> elements, bool interval);

// Of elements as merged() gives them; those that have expired by now are left out.
std::vector<Mark> marks_of(std::span<const Element> elements, bool interval,
                           std::chrono::system_clock::time_point now);

// The inverse, from marks in any order. An end without a beginning, which is what an expired
// interval leaves for a while, is passed over. Expiries are rounded to the nearest second.
std::vector<Element> elements_of(std::vector<Mark> marks, bool interval,
                                 std::chrono::system_clock::time_point now);

// Puts marks from the first on into a NEWSETELEM or DELSETELEM message, as many as one attribute
// holds (16 bits of length); returns how many.
std::size_t put_marks(nlmsghdr& message, std::string_view table, std::string_view set,
                      std::span<const Mark> marks, const KeyFacts& facts);

// Takes those of one message of a dump. False when one is not what our sets hold: data, a
// catch-all, a key of another width.
bool take_marks(const nlmsghdr& message, const KeyFacts& facts, std::vector<Mark>& marks);

}  // namespace portcullis::firewall
