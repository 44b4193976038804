#include "firewall/netlink/field_load.h"

#include <linux/netfilter/nf_tables.h>

#include <array>
#include <bit>

namespace portcullis::firewall {
namespace {

using enum LoadPayload::Base;

constexpr std::uint8_t kLsrr = 131, kSsrr = 137;       // IPv4 options (RFC 791)
constexpr std::uint8_t kRouting = 43, kFragment = 44;  // IPv6 extension headers
constexpr std::uint8_t kRoutingTypeOffset = 2;
constexpr std::uint8_t kMss = 2, kMssOffset = 2;           // TCP option and where its value is
constexpr std::uint32_t kFibPresent = NFTA_FIB_F_PRESENT;  // 1 or 0 instead of an index
constexpr std::uint8_t kOriginal = 0;                      // IP_CT_DIR_ORIGINAL

LoadFib fib(std::uint32_t result, std::uint32_t flags) {
    return {result, flags, kRegister1};
}

LoadExtension ip_option(std::uint8_t type) {
    return {NFT_EXTHDR_OP_IPV4, type, 0, 1, true, kRegister1};
}

LoadConntrack conntrack(std::uint32_t key) {
    return {key, std::nullopt, kRegister1};
}

const std::array<Expression, kFields>& loads() {
    static const std::array<Expression, kFields> table{{
        LoadMeta{NFT_META_IIF},
        LoadMeta{NFT_META_IIFNAME},
        LoadMeta{NFT_META_IIFKIND},
        LoadMeta{NFT_META_OIF},
        LoadMeta{NFT_META_OIFNAME},
        LoadMeta{NFT_META_PKTTYPE},
        LoadMeta{NFT_META_PROTOCOL},
        LoadMeta{NFT_META_NFPROTO},
        LoadMeta{NFT_META_L4PROTO},
        LoadMeta{NFT_META_SECPATH},
        LoadPayload{network, 12, 4},
        LoadPayload{network, 16, 4},
        LoadPayload{network, 9, 1},
        LoadPayload{network, 6, 2},
        LoadPayload{network, 8, 16},
        LoadPayload{network, 24, 16},
        LoadPayload{network, 6, 1},
        LoadPayload{network, 7, 1},
        ip_option(kLsrr),
        ip_option(kSsrr),
        LoadExtension{NFT_EXTHDR_OP_IPV6, kFragment, 0, 1, true, kRegister1},
        LoadExtension{NFT_EXTHDR_OP_IPV6, kRouting, kRoutingTypeOffset, 1, false, kRegister1},
        LoadExtension{NFT_EXTHDR_OP_TCPOPT, kMss, kMssOffset, 2, false, kRegister1},
        LoadPayload{transport, 0, 2},
        LoadPayload{transport, 2, 2},
        LoadPayload{transport, 13, 1},
        LoadPayload{transport, 0, 2},
        LoadPayload{transport, 2, 2},
        LoadPayload{transport, 0, 1},
        LoadPayload{transport, 0, 1},
        conntrack(NFT_CT_STATE),
        conntrack(NFT_CT_DIRECTION),
        LoadConntrack{NFT_CT_PROTO_DST, kOriginal, kRegister1},
        fib(NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_SADDR),
        fib(NFT_FIB_RESULT_ADDRTYPE, NFTA_FIB_F_DADDR),
        fib(NFT_FIB_RESULT_OIF, NFTA_FIB_F_SADDR | kFibPresent),
        fib(NFT_FIB_RESULT_OIF, NFTA_FIB_F_SADDR | NFTA_FIB_F_IIF | kFibPresent),
    }};
    return table;
}

// On a big-endian machine host order is the program's.
Bytes turned(const Bytes& bytes) {
    Bytes result = bytes;
    if (std::endian::native == std::endian::little) {
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            result[i] = bytes[bytes.size() - 1 - i];
        }
    }
    return result;
}

}  // namespace

Expression load_of(Field field) {
    return loads()[static_cast<std::size_t>(field)];
}

std::optional<Field> field_of(const Expression& load, const Known& known) {
    Expression sought = load;
    set_target(sought, kRegister1);
    for (std::size_t i = 0; i < kFields; ++i) {
        const auto field = static_cast<Field>(i);
        if (loads()[i] == sought && known.missing(field).empty()) {
            return field;
        }
    }
    return std::nullopt;
}

std::optional<Register> target_of(const Expression& expression) {
    return std::visit(
        [](const auto& one) -> std::optional<Register> {
            using One = std::decay_t<decltype(one)>;
            if constexpr (requires { one.target; } && !std::is_same_v<One, Bitwise>) {
                return one.target;
            }
            return std::nullopt;
        },
        expression);
}

void set_target(Expression& load, Register target) {
    std::visit(
        [target](auto& one) {
            if constexpr (requires { one.target; }) {
                one.target = target;
            }
        },
        load);
}

std::size_t register_width(Field field) {
    constexpr std::size_t number = sizeof(std::uint32_t);
    const bool fib = field == Field::fib_saddr_oif || field == Field::fib_saddr_iif_oif;
    return fib ? number : facts_of(field).width;
}

Bytes register_bytes(Field field, const Bytes& bytes) {
    const std::size_t width = register_width(field);
    const Bytes wide = bytes.size() < width ? Bytes{bytes.number(), width} : bytes;
    return facts_of(field).order == ByteOrder::host ? turned(wide) : wide;
}

std::optional<Bytes> field_bytes(Field field, const Bytes& bytes) {
    const std::size_t width = facts_of(field).width;
    if (bytes.size() != register_width(field)) {
        return std::nullopt;
    }
    const Bytes ours = facts_of(field).order == ByteOrder::host ? turned(bytes) : bytes;
    const Bytes narrow = ours.size() == width ? ours : Bytes{ours.number(), width};
    return register_bytes(field, narrow) == bytes ? std::optional{narrow} : std::nullopt;
}

}  // namespace portcullis::firewall
