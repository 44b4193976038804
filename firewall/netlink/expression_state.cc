// What keeps something between packets: buckets, connection counts, counters.
#include "firewall/netlink/expression_code.h"

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

std::optional<Bucket> bucket(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_LIMIT_RATE, NFTNL_EXPR_LIMIT_UNIT, NFTNL_EXPR_LIMIT_BURST) ||
        (has(e, NFTNL_EXPR_LIMIT_TYPE) &&
         nftnl_expr_get_u32(&e, NFTNL_EXPR_LIMIT_TYPE) != NFT_LIMIT_PKTS)) {
        return std::nullopt;
    }
    const std::uint32_t flags =
        has(e, NFTNL_EXPR_LIMIT_FLAGS) ? nftnl_expr_get_u32(&e, NFTNL_EXPR_LIMIT_FLAGS) : 0;
    return Bucket{nftnl_expr_get_u64(&e, NFTNL_EXPR_LIMIT_RATE),
                  nftnl_expr_get_u64(&e, NFTNL_EXPR_LIMIT_UNIT),
                  nftnl_expr_get_u32(&e, NFTNL_EXPR_LIMIT_BURST), (flags & NFT_LIMIT_F_INV) != 0};
}

std::optional<CountConnections> connections(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_CONNLIMIT_COUNT)) {
        return std::nullopt;
    }
    const std::uint32_t flags =
        has(e, NFTNL_EXPR_CONNLIMIT_FLAGS) ? nftnl_expr_get_u32(&e, NFTNL_EXPR_CONNLIMIT_FLAGS) : 0;
    return CountConnections{nftnl_expr_get_u32(&e, NFTNL_EXPR_CONNLIMIT_COUNT),
                            (flags & NFT_CONNLIMIT_F_INV) != 0};
}

NftExpr encode_one(const CountConnections& count) {
    NftExpr e = make("connlimit");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CONNLIMIT_COUNT, count.count);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_CONNLIMIT_FLAGS,
                       flag_if(count.over, NFT_CONNLIMIT_F_INV));
    return e;
}

// Of the expressions that are kept with an element, the first two at most.
struct Kept {
    std::optional<std::variant<Bucket, CountConnections>> first;
    int count = 0;
};

int take_kept(nftnl_expr* expression, void* data) noexcept {
    auto& kept = *static_cast<Kept*>(data);
    const char* name = nftnl_expr_get_str(expression, NFTNL_EXPR_NAME);
    const std::string_view kind = name != nullptr ? name : "";
    if (const auto limit = kind == "limit" ? bucket(*expression) : std::nullopt) {
        kept.first = *limit;
    } else if (const auto count = kind == "connlimit" ? connections(*expression) : std::nullopt) {
        kept.first = *count;
    }
    ++kept.count;
    return 0;
}

std::optional<Expression> dynamic(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_DYNSET_SREG_KEY, NFTNL_EXPR_DYNSET_OP, NFTNL_EXPR_DYNSET_SET_NAME) ||
        has(e, NFTNL_EXPR_DYNSET_SREG_DATA) ||
        (has(e, NFTNL_EXPR_DYNSET_TIMEOUT) &&
         nftnl_expr_get_u64(&e, NFTNL_EXPR_DYNSET_TIMEOUT) != 0)) {
        return std::nullopt;
    }
    Kept kept;
    nftnl_expr_expr_foreach(&e, take_kept, &kept);
    const std::uint32_t op = nftnl_expr_get_u32(&e, NFTNL_EXPR_DYNSET_OP);
    if (!kept.first || kept.count != 1 || op > NFT_DYNSET_OP_UPDATE) {
        return std::nullopt;
    }
    return Dynamic{Dynamic::Op{op}, nftnl_expr_get_str(&e, NFTNL_EXPR_DYNSET_SET_NAME), *kept.first,
                   nftnl_expr_get_u32(&e, NFTNL_EXPR_DYNSET_SREG_KEY)};
}

std::optional<Expression> counter(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_OBJREF_IMM_TYPE, NFTNL_EXPR_OBJREF_IMM_NAME) ||
        nftnl_expr_get_u32(&e, NFTNL_EXPR_OBJREF_IMM_TYPE) != NFT_OBJECT_COUNTER) {
        return std::nullopt;
    }
    return CountNamed{nftnl_expr_get_str(&e, NFTNL_EXPR_OBJREF_IMM_NAME)};
}

}  // namespace

// NFTA_EXPR_NAME "limit", NFTA_EXPR_DATA
//   NFTA_LIMIT_RATE u64, _UNIT u64 (seconds), _BURST u32, _TYPE u32 (PKTS 0), _FLAGS u32 (INV 1:
//   over)
NftExpr encode_one(const Bucket& bucket) {
    NftExpr e = make("limit");
    nftnl_expr_set_u64(e.get(), NFTNL_EXPR_LIMIT_RATE, bucket.rate);
    nftnl_expr_set_u64(e.get(), NFTNL_EXPR_LIMIT_UNIT, bucket.unit);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LIMIT_BURST, bucket.burst);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LIMIT_TYPE, NFT_LIMIT_PKTS);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LIMIT_FLAGS, flag_if(bucket.over, NFT_LIMIT_F_INV));
    return e;
}

// NFTA_EXPR_NAME "dynset", NFTA_EXPR_DATA
//   NFTA_DYNSET_SET_NAME string, _OP u32 (ADD 0, UPDATE 1), _SREG_KEY u32,
//   NFTA_DYNSET_EXPR { NFTA_EXPR_NAME "limit" or "connlimit", NFTA_EXPR_DATA
//                        NFTA_CONNLIMIT_COUNT u32, NFTA_CONNLIMIT_FLAGS u32 (INV 1: over) }
NftExpr encode_one(const Dynamic& dynamic) {
    NftExpr e = make("dynset");
    nftnl_expr_set_str(e.get(), NFTNL_EXPR_DYNSET_SET_NAME, dynamic.set.c_str());
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_DYNSET_OP, static_cast<std::uint32_t>(dynamic.op));
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_DYNSET_SREG_KEY, dynamic.key);
    NftExpr kept = std::visit([](const auto& one) { return encode_one(one); }, dynamic.kept);
    nftnl_expr_add_expr(e.get(), NFTNL_EXPR_DYNSET_EXPR, kept.release());
    return e;
}

// NFTA_EXPR_NAME "objref", NFTA_EXPR_DATA
//   NFTA_OBJREF_IMM_TYPE u32 (COUNTER 1), NFTA_OBJREF_IMM_NAME string
NftExpr encode_one(const CountNamed& count) {
    NftExpr e = make("objref");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_OBJREF_IMM_TYPE, NFT_OBJECT_COUNTER);
    nftnl_expr_set_str(e.get(), NFTNL_EXPR_OBJREF_IMM_NAME, count.counter.c_str());
    return e;
}

std::optional<Expression> decode_state(std::string_view name, const nftnl_expr& expression) {
    if (name == "limit") {
        const auto limit = bucket(expression);
        return limit ? std::optional<Expression>{*limit} : std::nullopt;
    }
    return name == "dynset"   ? dynamic(expression)
           : name == "objref" ? counter(expression)
                              : std::nullopt;
}

}  // namespace portcullis::firewall
