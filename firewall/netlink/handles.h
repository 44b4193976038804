// Ownership of what libnftnl allocates. Adding an expression to a rule gives it away.
#pragma once

#include "base/handle.h"

#include <libnftnl/chain.h>
#include <libnftnl/expr.h>
#include <libnftnl/object.h>
#include <libnftnl/rule.h>
#include <libnftnl/set.h>
#include <libnftnl/table.h>

#include <cstdint>
#include <string>

namespace portcullis::firewall {

// For attributes that are masks.
constexpr std::uint32_t flag_if(bool on, std::uint32_t flag) {
    return on ? flag : 0;
}

// What libnftnl has no text for is empty.
inline std::string or_empty(const char* text) {
    return text != nullptr ? text : "";
}

using NftTable = Handle<nftnl_table, nftnl_table_free>;
using NftChain = Handle<nftnl_chain, nftnl_chain_free>;
using NftRule = Handle<nftnl_rule, nftnl_rule_free>;
using NftExpr = Handle<nftnl_expr, nftnl_expr_free>;
using NftSet = Handle<nftnl_set, nftnl_set_free>;
using NftObject = Handle<nftnl_obj, nftnl_obj_free>;

}  // namespace portcullis::firewall
