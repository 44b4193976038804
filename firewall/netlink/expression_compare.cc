// What asks about a register, and ends the rule when the answer is no.
#include "firewall/netlink/expression_code.h"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>

namespace portcullis::firewall {
namespace {

std::optional<Expression> compare(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_CMP_SREG, NFTNL_EXPR_CMP_OP, NFTNL_EXPR_CMP_DATA)) {
        return std::nullopt;
    }
    const std::uint32_t op = nftnl_expr_get_u32(&e, NFTNL_EXPR_CMP_OP);
    const auto data = bytes_of(e, NFTNL_EXPR_CMP_DATA);
    if (!data || op > NFT_CMP_GTE) {
        return std::nullopt;
    }
    return Compare{Comparison{op}, *data, nftnl_expr_get_u32(&e, NFTNL_EXPR_CMP_SREG)};
}

std::optional<Expression> range(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_RANGE_SREG, NFTNL_EXPR_RANGE_OP, NFTNL_EXPR_RANGE_FROM_DATA,
             NFTNL_EXPR_RANGE_TO_DATA)) {
        return std::nullopt;
    }
    const auto first = bytes_of(e, NFTNL_EXPR_RANGE_FROM_DATA);
    const auto last = bytes_of(e, NFTNL_EXPR_RANGE_TO_DATA);
    if (!first || !last) {
        return std::nullopt;
    }
    return Range{nftnl_expr_get_u32(&e, NFTNL_EXPR_RANGE_OP) == NFT_RANGE_NEQ, *first, *last,
                 nftnl_expr_get_u32(&e, NFTNL_EXPR_RANGE_SREG)};
}

std::optional<Expression> bitwise(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_BITWISE_SREG, NFTNL_EXPR_BITWISE_DREG, NFTNL_EXPR_BITWISE_LEN,
             NFTNL_EXPR_BITWISE_MASK, NFTNL_EXPR_BITWISE_XOR)) {
        return std::nullopt;
    }
    const auto mask = bytes_of(e, NFTNL_EXPR_BITWISE_MASK);
    const auto flip = bytes_of(e, NFTNL_EXPR_BITWISE_XOR);
    const Register target = nftnl_expr_get_u32(&e, NFTNL_EXPR_BITWISE_DREG);
    const std::uint32_t length = nftnl_expr_get_u32(&e, NFTNL_EXPR_BITWISE_LEN);
    const bool boolean = !has(e, NFTNL_EXPR_BITWISE_OP) ||
                         nftnl_expr_get_u32(&e, NFTNL_EXPR_BITWISE_OP) == NFT_BITWISE_BOOL;
    if (!mask || !flip || !boolean || target != nftnl_expr_get_u32(&e, NFTNL_EXPR_BITWISE_SREG) ||
        mask->size() != length || flip->size() != length) {
        return std::nullopt;
    }
    return Bitwise{*mask, *flip, target};
}

std::optional<Expression> lookup(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_LOOKUP_SREG, NFTNL_EXPR_LOOKUP_SET) || has(e, NFTNL_EXPR_LOOKUP_DREG)) {
        return std::nullopt;
    }
    const std::uint32_t flags =
        has(e, NFTNL_EXPR_LOOKUP_FLAGS) ? nftnl_expr_get_u32(&e, NFTNL_EXPR_LOOKUP_FLAGS) : 0;
    return Lookup{nftnl_expr_get_str(&e, NFTNL_EXPR_LOOKUP_SET), (flags & NFT_LOOKUP_F_INV) != 0,
                  nftnl_expr_get_u32(&e, NFTNL_EXPR_LOOKUP_SREG)};
}

}  // namespace

// NFTA_EXPR_NAME "cmp", NFTA_EXPR_DATA
//   NFTA_CMP_SREG u32, NFTA_CMP_OP u32, NFTA_CMP_DATA { NFTA_DATA_VALUE: as long as what to compare
//   }
NftExpr encode_one(const Compare& compare) {
    NftExpr e = make("cmp");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CMP_SREG, compare.source);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CMP_OP, static_cast<std::uint32_t>(compare.op));
    set_bytes(*e, NFTNL_EXPR_CMP_DATA, compare.data);
    return e;
}

// NFTA_EXPR_NAME "range", NFTA_EXPR_DATA
//   NFTA_RANGE_SREG u32, _OP u32 (EQ 0, NEQ 1), _FROM_DATA { NFTA_DATA_VALUE }, _TO_DATA {
//   NFTA_DATA_VALUE }
NftExpr encode_one(const Range& range) {
    NftExpr e = make("range");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_RANGE_SREG, range.source);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_RANGE_OP, range.negated ? NFT_RANGE_NEQ : NFT_RANGE_EQ);
    set_bytes(*e, NFTNL_EXPR_RANGE_FROM_DATA, range.first);
    set_bytes(*e, NFTNL_EXPR_RANGE_TO_DATA, range.last);
    return e;
}

// NFTA_EXPR_NAME "bitwise", NFTA_EXPR_DATA
//   NFTA_BITWISE_SREG u32, _DREG u32, _LEN u32, _OP u32 (BOOL 0),
//   _MASK { NFTA_DATA_VALUE }, _XOR { NFTA_DATA_VALUE }: both _LEN bytes
NftExpr encode_one(const Bitwise& bitwise) {
    NftExpr e = make("bitwise");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_BITWISE_SREG, bitwise.target);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_BITWISE_DREG, bitwise.target);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_BITWISE_OP, NFT_BITWISE_BOOL);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_BITWISE_LEN,
                       static_cast<std::uint32_t>(bitwise.mask.size()));
    set_bytes(*e, NFTNL_EXPR_BITWISE_MASK, bitwise.mask);
    set_bytes(*e, NFTNL_EXPR_BITWISE_XOR, bitwise.flip);
    return e;
}

// NFTA_EXPR_NAME "lookup", NFTA_EXPR_DATA
//   NFTA_LOOKUP_SREG u32, NFTA_LOOKUP_SET string, NFTA_LOOKUP_FLAGS u32 (INV 1; absent: 0)
NftExpr encode_one(const Lookup& lookup) {
    NftExpr e = make("lookup");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LOOKUP_SREG, lookup.source);
    nftnl_expr_set_str(e.get(), NFTNL_EXPR_LOOKUP_SET, lookup.set.c_str());
    if (lookup.negated) {
        nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LOOKUP_FLAGS, NFT_LOOKUP_F_INV);
    }
    return e;
}

std::optional<Expression> decode_test(std::string_view name, const nftnl_expr& expression) {
    return name == "cmp"       ? compare(expression)
           : name == "range"   ? range(expression)
           : name == "bitwise" ? bitwise(expression)
           : name == "lookup"  ? lookup(expression)
                               : std::nullopt;
}

}  // namespace portcullis::firewall
