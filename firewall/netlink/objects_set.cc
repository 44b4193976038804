// Sets, with a name of their own or as a part of a rule.
#include "firewall/netlink/objects.h"

#include <libnftnl/udata.h>
#include <linux/netfilter/nf_tables.h>

#include <algorithm>
#include <array>

namespace portcullis::firewall {
namespace {

using UserData = Handle<nftnl_udata_buf, nftnl_udata_buf_free>;

// What nft calls the kinds of key: numbers of its own, which the kernel keeps for it. Without them
// nft cannot list the set.
constexpr std::uint32_t kNfproto = 2, kInteger = 4, kIpv4 = 7, kIpv6 = 8, kEthertype = 10,
                        kProtocol = 12, kService = 13, kIcmpType = 14, kTcpFlag = 15, kMark = 19,
                        kInterfaceIndex = 20, kCtState = 26, kCtDirection = 27, kIcmpv6Type = 29,
                        kPkttype = 31, kFibType = 38, kBoolean = 39, kInterfaceName = 41;

constexpr std::uint32_t kHostOrder = 1, kNetworkOrder = 2;  // nft's names for byte orders

// In the order of KeyType.
constexpr std::array<std::uint32_t, 5> kKeyTypes{kInterfaceIndex, kInterfaceName, kIpv4, kIpv6,
                                                 kMark};

std::uint32_t key_type_of(Field field) {
    using enum Field;
    switch (field) {
        case iif:
        case oif:
            return kInterfaceIndex;
        case iifname:
        case iifkind:
        case oifname:
            return kInterfaceName;
        case pkttype:
            return kPkttype;
        case protocol:
            return kEthertype;
        case nfproto:
            return kNfproto;
        case l4proto:
        case ip_protocol:
        case ip6_nexthdr:
            return kProtocol;
        case ip_saddr:
        case ip_daddr:
            return kIpv4;
        case ip6_saddr:
        case ip6_daddr:
            return kIpv6;
        case ip_frag_off:
        case ip6_hoplimit:
        case rt_type:
        case tcp_option_mss:
            return kInteger;
        case tcp_sport:
        case tcp_dport:
        case udp_sport:
        case udp_dport:
        case ct_original_proto_dst:
            return kService;
        case tcp_flags:
            return kTcpFlag;
        case icmp_type:
            return kIcmpType;
        case icmpv6_type:
            return kIcmpv6Type;
        case ct_state:
            return kCtState;
        case ct_direction:
            return kCtDirection;
        case fib_saddr_type:
        case fib_daddr_type:
            return kFibType;
        case ipsec:
        case ip_option_lsrr:
        case ip_option_ssrr:
        case exthdr_frag:
        case fib_saddr_oif:
        case fib_saddr_iif_oif:
            return kBoolean;
    }
    return kInteger;
}

// A note for nft: in which order the key's bytes are.
void put_notes(nftnl_set& set, std::uint32_t order) {
    const UserData notes{nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN)};
    nftnl_udata_put_u32(notes.get(), NFTNL_UDATA_SET_KEYBYTEORDER, order);
    nftnl_set_set_data(&set, NFTNL_SET_USERDATA, nftnl_udata_buf_data(notes.get()),
                       nftnl_udata_buf_len(notes.get()));
}

void put(nlmsghdr& message, nftnl_set& set, std::string_view table, const std::string& name,
         std::uint32_t id) {
    nftnl_set_set_str(&set, NFTNL_SET_TABLE, std::string{table}.c_str());
    nftnl_set_set_str(&set, NFTNL_SET_NAME, name.c_str());
    nftnl_set_set_u32(&set, NFTNL_SET_ID, id);
    nftnl_set_nlmsg_build_payload(&message, &set);
}

}  // namespace

// NFTA_SET_TABLE string, _NAME string, _ID u32 (which of the batch's; required), _FLAGS u32
// (ANONYMOUS 1, CONSTANT 2, INTERVAL 4, TIMEOUT 16, EVAL 32), _KEY_TYPE u32 (nft's), _KEY_LEN u32,
// _TIMEOUT u64 (milliseconds, of elements that name none), _DESC { NFTA_SET_DESC_SIZE u32 },
// _USERDATA (nft's notes)
void put_set(nlmsghdr& message, std::string_view table, const Set& set, std::uint32_t id) {
    const NftSet made{nftnl_set_alloc()};
    nftnl_set_set_u32(made.get(), NFTNL_SET_FLAGS,
                      flag_if(set.interval, NFT_SET_INTERVAL) |
                          flag_if(set.timeout, NFT_SET_TIMEOUT) |
                          flag_if(set.dynamic, NFT_SET_EVAL));
    nftnl_set_set_u32(made.get(), NFTNL_SET_KEY_TYPE,
                      kKeyTypes[static_cast<std::size_t>(set.type)]);
    nftnl_set_set_u32(made.get(), NFTNL_SET_KEY_LEN,
                      static_cast<std::uint32_t>(width_of(set.type)));
    if (set.size != 0) {
        nftnl_set_set_u32(made.get(), NFTNL_SET_DESC_SIZE, set.size);
    }
    if (set.element_timeout.count() != 0) {
        nftnl_set_set_u64(
            made.get(), NFTNL_SET_TIMEOUT,
            static_cast<std::uint64_t>(std::chrono::milliseconds{set.element_timeout}.count()));
    }
    const bool address = set.type == KeyType::ipv4 || set.type == KeyType::ipv6;
    put_notes(*made, address ? kNetworkOrder : kHostOrder);
    put(message, *made, table, set.name, id);
}

// The same, of one rule only and never changed: ANONYMOUS and CONSTANT.
void put_literal(nlmsghdr& message, std::string_view table, const Literal& literal,
                 std::uint32_t id) {
    const FieldFacts& facts = facts_of(literal.field);
    const bool interval = has_ranges(literal.values);
    const auto count = static_cast<std::uint32_t>(literal.values.size());
    const NftSet made{nftnl_set_alloc()};
    nftnl_set_set_u32(made.get(), NFTNL_SET_FLAGS,
                      NFT_SET_ANONYMOUS | NFT_SET_CONSTANT | flag_if(interval, NFT_SET_INTERVAL));
    nftnl_set_set_u32(made.get(), NFTNL_SET_KEY_TYPE, key_type_of(literal.field));
    nftnl_set_set_u32(made.get(), NFTNL_SET_KEY_LEN, facts.width);
    nftnl_set_set_u32(made.get(), NFTNL_SET_DESC_SIZE, interval ? 2 * count + 1 : count);
    put_notes(*made, facts.order == ByteOrder::network ? kNetworkOrder : kHostOrder);
    put(message, *made, table, literal.name, id);
}

std::optional<InstalledSet> take_set(const nlmsghdr& message) {
    const NftSet parsed{nftnl_set_alloc()};
    if (nftnl_set_nlmsg_parse(&message, parsed.get()) < 0) {
        return std::nullopt;
    }
    const auto number = [&](std::uint16_t attribute) {
        return nftnl_set_is_set(parsed.get(), attribute)
                   ? nftnl_set_get_u32(parsed.get(), attribute)
                   : 0U;
    };
    const std::uint32_t flags = number(NFTNL_SET_FLAGS);
    InstalledSet installed;
    installed.table = or_empty(nftnl_set_get_str(parsed.get(), NFTNL_SET_TABLE));
    installed.literal = (flags & NFT_SET_ANONYMOUS) != 0;
    installed.key_bytes = number(NFTNL_SET_KEY_LEN);
    Set& set = installed.set;
    set.name = or_empty(nftnl_set_get_str(parsed.get(), NFTNL_SET_NAME));
    set.interval = (flags & NFT_SET_INTERVAL) != 0;
    set.timeout = (flags & NFT_SET_TIMEOUT) != 0;
    set.dynamic = (flags & NFT_SET_EVAL) != 0;
    if (installed.literal) {
        installed.known =
            (flags & ~(NFT_SET_ANONYMOUS | NFT_SET_CONSTANT | NFT_SET_INTERVAL)) == 0 &&
            installed.key_bytes != 0 && installed.key_bytes <= Bytes::kSizeMax;
        return installed;
    }
    set.size = number(NFTNL_SET_DESC_SIZE);
    if (nftnl_set_is_set(parsed.get(), NFTNL_SET_TIMEOUT)) {
        set.element_timeout = std::chrono::duration_cast<std::chrono::seconds>(
            std::chrono::milliseconds{nftnl_set_get_u64(parsed.get(), NFTNL_SET_TIMEOUT)});
    }
    const auto type = std::find(kKeyTypes.begin(), kKeyTypes.end(), number(NFTNL_SET_KEY_TYPE));
    if (type != kKeyTypes.end()) {
        set.type = static_cast<KeyType>(type - kKeyTypes.begin());
    }
    installed.known = type != kKeyTypes.end() && installed.key_bytes == width_of(set.type) &&
                      (flags & ~(NFT_SET_INTERVAL | NFT_SET_TIMEOUT | NFT_SET_EVAL)) == 0;
    return installed;
}

}  // namespace portcullis::firewall
