// Elements into sets that are there, and out of them.
#include "firewall/netlink/batch.h"
#include "firewall/netlink/elements.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/limits.h"
#include "firewall/netlink/objects.h"

#include <libmnl/libmnl.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <string>
#include <utility>

namespace portcullis::firewall {
namespace {

// Only the marks of these elements themselves, not that which says what is outside of all of them.
std::vector<Mark> marks_within(std::span<const Element> elements, const Set& set) {
    std::vector<Mark> marks = marks_of(merged({elements.begin(), elements.end()}, set.interval),
                                       set.interval, std::chrono::system_clock::now());
    if (!marks.empty() && marks.front().end) {
        marks.erase(marks.begin());
    }
    return marks;
}

Answer<void> change(Socket& owner, const Set& set, std::uint16_t type,
                    const std::vector<Mark>& marks) {
    Batch batch{std::nullopt};
    add_marks(batch, type, protocol_of(Family::inet), kTable, set.name, marks, key_facts(set));
    return std::move(batch).commit(owner);
}

// The set as a caller describes it, with these elements instead of its own.
Answer<void> check(const Set& set, std::span<const Element> elements) {
    Set changed = set;
    changed.elements.assign(elements.begin(), elements.end());
    if (const Result<void> fits = check_set(changed); !fits) {
        return refused_unasked(fits.error().text);
    }
    return {};
}

}  // namespace

Answer<void> add_elements(Socket& owner, const Set& set, std::span<const Element> elements) {
    if (Answer<void> fits = check(set, elements); !fits) {
        return fits;
    }
    return change(owner, set, NFT_MSG_NEWSETELEM, marks_within(elements, set));
}

Answer<void> remove_elements(Socket& owner, const Set& set, std::span<const Element> elements) {
    if (Answer<void> fits = check(set, elements); !fits) {
        return fits;
    }
    std::vector<Element> lasting{elements.begin(), elements.end()};
    for (Element& element : lasting) {
        element.expires.reset();  // it is what it is called, not when it ends
    }
    return change(owner, set, NFT_MSG_DELSETELEM, marks_within(lasting, set));
}

Answer<void> settle_elements(Socket& owner, const Set& set, std::span<const Bytes> keys) {
    std::vector<Element> touched;
    std::vector<Element> wanted;
    for (const Bytes& key : keys) {
        touched.push_back({key, key, std::nullopt});
        const auto found =
            std::lower_bound(set.elements.begin(), set.elements.end(), key,
                             [](const Element& one, const Bytes& at) { return one.first < at; });
        if (found != set.elements.end() && found->first == key) {
            wanted.push_back(*found);
        }
    }
    if (Answer<void> fits = check(set, touched); !fits) {
        return fits;
    }
    Batch batch{std::nullopt};
    // Linux 6.3: the same as a deletion, but what is not there is no error.
    constexpr std::uint16_t kDestroy = 30;
    add_marks(batch, kDestroy, protocol_of(Family::inet), kTable, set.name,
              marks_within(touched, set), key_facts(set));
    add_marks(batch, NFT_MSG_NEWSETELEM, protocol_of(Family::inet), kTable, set.name,
              marks_within(wanted, set), key_facts(set));
    return std::move(batch).commit(owner);
}

Answer<void> replace_elements(Socket& owner, const Set& set, std::span<const Element> elements) {
    if (Answer<void> fits = check(set, elements); !fits) {
        return fits;
    }
    Batch batch{std::nullopt};
    // A deletion that names no element empties the set.
    batch.add(NFT_MSG_DELSETELEM, protocol_of(Family::inet), 0, "empty set " + set.name,
              [&](nlmsghdr& message) {
                  mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_TABLE,
                                    std::string{kTable}.c_str());
                  mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_SET, set.name.c_str());
              });
    add_marks(batch, NFT_MSG_NEWSETELEM, protocol_of(Family::inet), kTable, set.name,
              marks_of(merged({elements.begin(), elements.end()}, set.interval), set.interval,
                       std::chrono::system_clock::now()),
              key_facts(set));
    return std::move(batch).commit(owner);
}

}  // namespace portcullis::firewall
