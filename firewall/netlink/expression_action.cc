// What is done with a packet that matched.
#include "firewall/netlink/expression_code.h"

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

std::optional<Expression> log(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_LOG_GROUP) || has(e, NFTNL_EXPR_LOG_LEVEL) ||
        (has(e, NFTNL_EXPR_LOG_QTHRESHOLD) &&
         nftnl_expr_get_u16(&e, NFTNL_EXPR_LOG_QTHRESHOLD) != 0)) {
        return std::nullopt;
    }
    LogGroup log{nftnl_expr_get_u16(&e, NFTNL_EXPR_LOG_GROUP), 0, {}};
    if (has(e, NFTNL_EXPR_LOG_SNAPLEN)) {
        log.snaplen = nftnl_expr_get_u32(&e, NFTNL_EXPR_LOG_SNAPLEN);
    }
    if (has(e, NFTNL_EXPR_LOG_PREFIX)) {
        log.prefix = nftnl_expr_get_str(&e, NFTNL_EXPR_LOG_PREFIX);
    }
    return log;
}

std::optional<Expression> synproxy(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_SYNPROXY_MSS, NFTNL_EXPR_SYNPROXY_WSCALE, NFTNL_EXPR_SYNPROXY_FLAGS)) {
        return std::nullopt;
    }
    return AnswerSyn{nftnl_expr_get_u16(&e, NFTNL_EXPR_SYNPROXY_MSS),
                     nftnl_expr_get_u8(&e, NFTNL_EXPR_SYNPROXY_WSCALE),
                     nftnl_expr_get_u32(&e, NFTNL_EXPR_SYNPROXY_FLAGS)};
}

std::optional<Expression> immediate(const nftnl_expr& e) {
    if (!has(e, NFTNL_EXPR_IMM_DREG, NFTNL_EXPR_IMM_VERDICT) ||
        nftnl_expr_get_u32(&e, NFTNL_EXPR_IMM_DREG) != kVerdictRegister) {
        return std::nullopt;
    }
    Decide decide{static_cast<std::int32_t>(nftnl_expr_get_u32(&e, NFTNL_EXPR_IMM_VERDICT)), {}};
    if (has(e, NFTNL_EXPR_IMM_CHAIN)) {
        decide.chain = nftnl_expr_get_str(&e, NFTNL_EXPR_IMM_CHAIN);
    }
    return decide;
}

}  // namespace

// NFTA_EXPR_NAME "log", NFTA_EXPR_DATA
//   NFTA_LOG_GROUP u16, NFTA_LOG_SNAPLEN u32 (absent: whole packets), NFTA_LOG_PREFIX string
NftExpr encode_one(const LogGroup& log) {
    NftExpr e = make("log");
    nftnl_expr_set_u16(e.get(), NFTNL_EXPR_LOG_GROUP, log.group);
    if (log.snaplen != 0) {
        nftnl_expr_set_u32(e.get(), NFTNL_EXPR_LOG_SNAPLEN, log.snaplen);
    }
    if (!log.prefix.empty()) {
        nftnl_expr_set_str(e.get(), NFTNL_EXPR_LOG_PREFIX, log.prefix.c_str());
    }
    return e;
}

// NFTA_EXPR_NAME "notrack": no data
NftExpr encode_one(const Untrack&) {
    return make("notrack");
}

// NFTA_EXPR_NAME "synproxy", NFTA_EXPR_DATA
//   NFTA_SYNPROXY_MSS u16, NFTA_SYNPROXY_WSCALE u8,
//   NFTA_SYNPROXY_FLAGS u32 (MSS 1, WSCALE 2, SACK_PERM 4, TIMESTAMP 8)
NftExpr encode_one(const AnswerSyn& answer) {
    NftExpr e = make("synproxy");
    nftnl_expr_set_u16(e.get(), NFTNL_EXPR_SYNPROXY_MSS, answer.mss);
    nftnl_expr_set_u8(e.get(), NFTNL_EXPR_SYNPROXY_WSCALE, answer.wscale);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_SYNPROXY_FLAGS, answer.flags);
    return e;
}

// NFTA_EXPR_NAME "immediate", NFTA_EXPR_DATA
//   NFTA_IMMEDIATE_DREG u32 (VERDICT 0),
//   NFTA_IMMEDIATE_DATA { NFTA_DATA_VERDICT { NFTA_VERDICT_CODE u32, NFTA_VERDICT_CHAIN string } }
NftExpr encode_one(const Decide& decide) {
    NftExpr e = make("immediate");
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_IMM_DREG, kVerdictRegister);
    nftnl_expr_set_u32(e.get(), NFTNL_EXPR_IMM_VERDICT, static_cast<std::uint32_t>(decide.code));
    if (!decide.chain.empty()) {
        nftnl_expr_set_str(e.get(), NFTNL_EXPR_IMM_CHAIN, decide.chain.c_str());
    }
    return e;
}

std::optional<Expression> decode_action(std::string_view name, const nftnl_expr& expression) {
    return name == "log"         ? log(expression)
           : name == "notrack"   ? std::optional<Expression>{Untrack{}}
           : name == "synproxy"  ? synproxy(expression)
           : name == "immediate" ? immediate(expression)
                                 : std::nullopt;
}

}  // namespace portcullis::firewall
