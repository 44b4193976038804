// What puts a value into a register.
#include "firewall/netlink/expression_code.h"

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

std::uint32_t u32(const nftnl_expr& expression, int attribute) {
    return nftnl_expr_get_u32(&expression, static_cast<std::uint16_t>(attribute));
}

std::optional<Expression> payload(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_PAYLOAD_DREG, NFTNL_EXPR_PAYLOAD_BASE, NFTNL_EXPR_PAYLOAD_OFFSET,
             NFTNL_EXPR_PAYLOAD_LEN) ||
        u32(e, NFTNL_EXPR_PAYLOAD_BASE) > NFT_PAYLOAD_TRANSPORT_HEADER) {
        return std::nullopt;
    }
    return LoadPayload{LoadPayload::Base{u32(e, NFTNL_EXPR_PAYLOAD_BASE)},
                       u32(e, NFTNL_EXPR_PAYLOAD_OFFSET), u32(e, NFTNL_EXPR_PAYLOAD_LEN),
                       u32(e, NFTNL_EXPR_PAYLOAD_DREG)};
}

std::optional<Expression> meta(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_META_KEY, NFTNL_EXPR_META_DREG)) {
        return std::nullopt;
    }
    return LoadMeta{u32(e, NFTNL_EXPR_META_KEY), u32(e, NFTNL_EXPR_META_DREG)};
}

std::optional<Expression> conntrack(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_CT_KEY, NFTNL_EXPR_CT_DREG)) {
        return std::nullopt;
    }
    LoadConntrack load{u32(e, NFTNL_EXPR_CT_KEY), std::nullopt, u32(e, NFTNL_EXPR_CT_DREG)};
    if (has(e, NFTNL_EXPR_CT_DIR)) {
        load.direction = nftnl_expr_get_u8(&e, NFTNL_EXPR_CT_DIR);
    }
    return load;
}

std::optional<Expression> fib(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_FIB_RESULT, NFTNL_EXPR_FIB_FLAGS, NFTNL_EXPR_FIB_DREG)) {
        return std::nullopt;
    }
    return LoadFib{u32(e, NFTNL_EXPR_FIB_RESULT), u32(e, NFTNL_EXPR_FIB_FLAGS),
                   u32(e, NFTNL_EXPR_FIB_DREG)};
}

std::optional<Expression> extension(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_EXTHDR_DREG, NFTNL_EXPR_EXTHDR_TYPE, NFTNL_EXPR_EXTHDR_OFFSET,
             NFTNL_EXPR_EXTHDR_LEN)) {
        return std::nullopt;
    }
    LoadExtension load;
    load.op = has(e, NFTNL_EXPR_EXTHDR_OP) ? u32(e, NFTNL_EXPR_EXTHDR_OP)
                                           : static_cast<std::uint32_t>(NFT_EXTHDR_OP_IPV6);
    load.type = nftnl_expr_get_u8(&e, NFTNL_EXPR_EXTHDR_TYPE);
    load.offset = u32(e, NFTNL_EXPR_EXTHDR_OFFSET);
    load.length = u32(e, NFTNL_EXPR_EXTHDR_LEN);
    load.present =
        has(e, NFTNL_EXPR_EXTHDR_FLAGS) && u32(e, NFTNL_EXPR_EXTHDR_FLAGS) == NFT_EXTHDR_F_PRESENT;
    load.target = u32(e, NFTNL_EXPR_EXTHDR_DREG);
    return load;
}

std::optional<Expression> hash(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_HASH_SREG, NFTNL_EXPR_HASH_DREG, NFTNL_EXPR_HASH_LEN,
             NFTNL_EXPR_HASH_MODULUS, NFTNL_EXPR_HASH_SEED) ||
        (has(e, NFTNL_EXPR_HASH_TYPE) && u32(e, NFTNL_EXPR_HASH_TYPE) != NFT_HASH_JENKINS) ||
        (has(e, NFTNL_EXPR_HASH_OFFSET) && u32(e, NFTNL_EXPR_HASH_OFFSET) != 0)) {
        return std::nullopt;
    }
    return Hash{u32(e, NFTNL_EXPR_HASH_SREG), u32(e, NFTNL_EXPR_HASH_LEN),
                u32(e, NFTNL_EXPR_HASH_SEED), u32(e, NFTNL_EXPR_HASH_MODULUS),
                u32(e, NFTNL_EXPR_HASH_DREG)};
}

}  // namespace

// NFTA_EXPR_NAME "payload", NFTA_EXPR_DATA
//   NFTA_PAYLOAD_DREG u32, _BASE u32, _OFFSET u32, _LEN u32 (bytes)
NftExpr encode_one(const LoadPayload& load) {
    NftExpr e = make("payload");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_PAYLOAD_DREG, load.target);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_PAYLOAD_BASE, static_cast<std::uint32_t>(load.base));
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_PAYLOAD_OFFSET, load.offset);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_PAYLOAD_LEN, load.length);
    return e;
}

// NFTA_EXPR_NAME "meta", NFTA_EXPR_DATA
//   NFTA_META_KEY u32, NFTA_META_DREG u32
NftExpr encode_one(const LoadMeta& load) {
    NftExpr e = make("meta");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_META_KEY, load.key);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_META_DREG, load.target);
    return e;
}

// NFTA_EXPR_NAME "ct", NFTA_EXPR_DATA
//   NFTA_CT_KEY u32, NFTA_CT_DREG u32, NFTA_CT_DIRECTION u8 (IP_CT_DIR_*; only where the key has
//   two)
NftExpr encode_one(const LoadConntrack& load) {
    NftExpr e = make("ct");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CT_KEY, load.key);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CT_DREG, load.target);
    if (load.direction) {
        nftnl_expr_set_u8(e.get(), NFTNL_EXPR_CT_DIR, *load.direction);
    }
    return e;
}

// NFTA_EXPR_NAME "fib", NFTA_EXPR_DATA
//   NFTA_FIB_DREG u32, NFTA_FIB_RESULT u32, NFTA_FIB_FLAGS u32
NftExpr encode_one(const LoadFib& load) {
    NftExpr e = make("fib");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_FIB_RESULT, load.result);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_FIB_FLAGS, load.flags);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_FIB_DREG, load.target);
    return e;
}

// NFTA_EXPR_NAME "exthdr", NFTA_EXPR_DATA
//   NFTA_EXTHDR_DREG u32, _TYPE u8, _OFFSET u32, _LEN u32, _OP u32, _FLAGS u32 (PRESENT 1)
NftExpr encode_one(const LoadExtension& load) {
    NftExpr e = make("exthdr");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_EXTHDR_DREG, load.target);
    nftnl_expr_set_u8(e.get(), NFTNL_EXPR_EXTHDR_TYPE, load.type);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_EXTHDR_OFFSET, load.offset);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_EXTHDR_LEN, load.length);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_EXTHDR_OP, load.op);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_EXTHDR_FLAGS,
                       flag_if(load.present, NFT_EXTHDR_F_PRESENT));
    return e;
}

// NFTA_EXPR_NAME "hash", NFTA_EXPR_DATA
//   NFTA_HASH_SREG u32, _DREG u32, _LEN u32, _MODULUS u32, _SEED u32, _TYPE u32 (JENKINS 0)
NftExpr encode_one(const Hash& hash) {
    NftExpr e = make("hash");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_SREG, hash.source);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_DREG, hash.target);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_LEN, hash.length);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_MODULUS, hash.modulus);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_SEED, hash.seed);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_HASH_TYPE, NFT_HASH_JENKINS);
    return e;
}

std::optional<Expression> decode_load(std::string_view name, const nftnl_expr& expression) {
    return name == "payload"  ? payload(expression)
           : name == "meta"   ? meta(expression)
           : name == "ct"     ? conntrack(expression)
           : name == "fib"    ? fib(expression)
           : name == "exthdr" ? extension(expression)
           : name == "hash"   ? hash(expression)
                              : std::nullopt;
}

}  // namespace portcullis::firewall
