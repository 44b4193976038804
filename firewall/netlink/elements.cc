#include "firewall/netlink/elements.h"

#include "firewall/netlink/attributes.h"

#include <arpa/inet.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <endian.h>
#include <string>
#include <tuple>

namespace portcullis::firewall {
namespace {

constexpr std::size_t kListBytesMax = 60'000;  // of an attribute's 65,535, with room for one more
// libnftnl's user data: type 1 (flags of an element), length 4, "open interval".
constexpr std::array<std::uint8_t, 6> kOpenInterval{1, 4, 1, 0, 0, 0};

// The next value; nothing after the last one.
std::optional<Bytes> after(Bytes bytes) {
    for (std::size_t i = bytes.size(); i-- > 0;) {
        if (++bytes[i] != 0) {
            return bytes;
        }
    }
    return std::nullopt;
}

Bytes before(Bytes bytes) {
    for (std::size_t i = bytes.size(); i-- > 0;) {
        if (bytes[i]-- != 0) {
            break;
        }
    }
    return bytes;
}

Bytes turned(Bytes bytes, bool host_order) {
    if (host_order && std::endian::native == std::endian::little && bytes.size() > 1) {
        std::reverse(&bytes[0], &bytes[0] + bytes.size());
    }
    return bytes;
}

std::optional<Expiry> later(const std::optional<Expiry>& a, const std::optional<Expiry>& b) {
    return a && b ? std::optional{std::max(*a, *b)} : std::nullopt;
}

bool is_zero(const Bytes& bytes) {
    return std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

KeyFacts key_facts(const Set& set) {
    return {set.interval, set.timeout,
            set.type == KeyType::interface_index || set.type == KeyType::mark, width_of(set.type)};
}

std::vector<Element> merged(std::vector<Element> elements, bool interval) {
    std::sort(elements.begin(), elements.end());
    std::vector<Element> result;
    for (const Element& element : elements) {
        if (!result.empty()) {
            Element& previous = result.back();
            const bool overlaps = element.first <= previous.last;
            const bool adjoins = interval && previous.expires == element.expires &&
                                 after(previous.last) == element.first;
            if (overlaps || adjoins) {
                previous.last = std::max(previous.last, element.last);
                previous.expires = later(previous.expires, element.expires);
                continue;
            }
        }
        result.push_back(element);
    }
    return result;
}

std::vector<Mark> marks_of(std::span<const Element> elements, bool interval,
                           std::chrono::system_clock::time_point now) {
    std::vector<Mark> marks;
    marks.reserve(elements.size() * (interval ? 2 : 1) + 1);
    for (const Element& element : elements) {
        std::optional<Milliseconds> remaining;
        if (element.expires) {
            remaining = std::chrono::ceil<Milliseconds>(*element.expires - now);
            if (*remaining <= Milliseconds::zero()) {
                continue;
            }
        }
        if (interval && marks.empty() && !is_zero(element.first)) {
            // nft says so of every set whose first values are outside.
            marks.push_back({Bytes{0, element.first.size()}, true, false, std::nullopt});
        }
        const std::optional<Bytes> end = interval ? after(element.last) : std::nullopt;
        marks.push_back({element.first, false, interval && !end, remaining});
        if (end) {
            marks.push_back({*end, true, false, std::nullopt});
        }
    }
    return marks;
}

std::vector<Element> elements_of(std::vector<Mark> marks, bool interval,
                                 std::chrono::system_clock::time_point now) {
    // An end before a beginning at the same value: they adjoin.
    std::sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) {
        return std::tuple{a.key, !a.end} < std::tuple{b.key, !b.end};
    });
    std::vector<Element> elements;
    bool inside = false;
    for (const Mark& mark : marks) {
        if (inside && interval) {
            elements.back().last = before(mark.key);
        }
        inside = !mark.end;
        if (mark.end) {
            continue;
        }
        Element element{mark.key, mark.key, std::nullopt};
        if (interval) {
            element.last = Bytes::prefix_mask(8 * mark.key.size(), mark.key.size());
        }
        if (mark.remaining) {
            element.expires = std::chrono::round<std::chrono::seconds>(now + *mark.remaining);
        }
        elements.push_back(element);
    }
    return elements;
}

// NFTA_SET_ELEM_LIST_TABLE string, _SET string,
// NFTA_SET_ELEM_LIST_ELEMENTS {
//   NFTA_LIST_ELEM {
//     NFTA_SET_ELEM_KEY { NFTA_DATA_VALUE }, NFTA_SET_ELEM_FLAGS u32 (INTERVAL_END 1; absent: 0),
//     NFTA_SET_ELEM_TIMEOUT u64 (milliseconds), NFTA_SET_ELEM_USERDATA } ... }
std::size_t put_marks(nlmsghdr& message, std::string_view table, std::string_view set,
                      std::span<const Mark> marks, const KeyFacts& facts) {
    mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_TABLE, std::string{table}.c_str());
    mnl_attr_put_strz(&message, NFTA_SET_ELEM_LIST_SET, std::string{set}.c_str());
    nlattr* list = mnl_attr_nest_start(&message, NFTA_SET_ELEM_LIST_ELEMENTS);
    const std::uint32_t begin = message.nlmsg_len;
    std::size_t count = 0;
    for (; count < marks.size() && message.nlmsg_len - begin < kListBytesMax; ++count) {
        const Mark& mark = marks[count];
        nlattr* element = mnl_attr_nest_start(&message, NFTA_LIST_ELEM);
        nlattr* key = mnl_attr_nest_start(&message, NFTA_SET_ELEM_KEY);
        const Bytes bytes = turned(mark.key, facts.host_order);
        mnl_attr_put(&message, NFTA_DATA_VALUE, bytes.size(), bytes.data());
        mnl_attr_nest_end(&message, key);
        if (mark.end) {
            mnl_attr_put_u32(&message, NFTA_SET_ELEM_FLAGS, htonl(NFT_SET_ELEM_INTERVAL_END));
        }
        if (mark.remaining) {
            mnl_attr_put_u64(&message, NFTA_SET_ELEM_TIMEOUT,
                             htobe64(static_cast<std::uint64_t>(mark.remaining->count())));
        }
        if (mark.open) {
            mnl_attr_put(&message, NFTA_SET_ELEM_USERDATA, kOpenInterval.size(),
                         kOpenInterval.data());
        }
        mnl_attr_nest_end(&message, element);
    }
    mnl_attr_nest_end(&message, list);
    return count;
}

namespace {

// The value in an attribute of nft data; nothing when it is not of this width.
std::optional<Bytes> value_of(const nlattr& data, const KeyFacts& facts) {
    std::optional<Bytes> value;
    for_each_nested(data, [&](const nlattr& part) {
        if (mnl_attr_get_type(&part) == NFTA_DATA_VALUE &&
            mnl_attr_get_payload_len(&part) == facts.width) {
            value = Bytes{0, facts.width};
            std::memcpy(&(*value)[0], mnl_attr_get_payload(&part), facts.width);
            value = turned(*value, facts.host_order);
        }
    });
    return value;
}

// Nothing for an element that has what ours never have: data, expressions, no key (a catch-all).
std::optional<Mark> mark_of(const nlattr& element, const KeyFacts& facts) {
    Mark mark;
    std::optional<Bytes> key;
    bool known = true;
    for_each_nested(element, [&](const nlattr& part) {
        switch (mnl_attr_get_type(&part)) {
            case NFTA_SET_ELEM_KEY:
                key = value_of(part, facts);
                break;
            case NFTA_SET_ELEM_FLAGS: {
                const std::uint32_t flags = ntohl(number_of<std::uint32_t>(part));
                known = known && (flags & ~std::uint32_t{NFT_SET_ELEM_INTERVAL_END}) == 0;
                mark.end = flags != 0;
                break;
            }
            case NFTA_SET_ELEM_EXPIRATION:
                mark.remaining = Milliseconds{
                    static_cast<std::int64_t>(be64toh(number_of<std::uint64_t>(part)))};
                break;
            case NFTA_SET_ELEM_TIMEOUT:
            case NFTA_SET_ELEM_USERDATA:
            case NFTA_SET_ELEM_PAD:
                break;
            default:
                known = false;
        }
    });
    if (!known || !key) {
        return std::nullopt;
    }
    mark.key = *key;
    return mark;
}

}  // namespace

bool take_marks(const nlmsghdr& message, const KeyFacts& facts, std::vector<Mark>& marks) {
    bool known = true;
    for_each_attribute(message, sizeof(nfgenmsg), [&](const nlattr& list) {
        if (mnl_attr_get_type(&list) != NFTA_SET_ELEM_LIST_ELEMENTS) {
            return;
        }
        for_each_nested(list, [&](const nlattr& element) {
            const std::optional<Mark> mark = mark_of(element, facts);
            known = known && mark;
            if (mark) {
                marks.push_back(*mark);
            }
        });
    });
    return known;
}

}  // namespace portcullis::firewall
