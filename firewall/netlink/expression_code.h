// What the encoders and decoders of expression_*.cc share, and the decoders by name. Each decoder
// takes an expression of its own kind and declines (nothing) what its value cannot hold, so that
// encode(decode(x)) never means something else.
#pragma once

#include "firewall/netlink/expression.h"

#include <optional>
#include <string_view>

namespace portcullis::firewall {

// All of these attributes are there.
template <class... Attributes>
bool has(const nftnl_expr& expression, Attributes... attributes) {
    return (nftnl_expr_is_set(&expression, static_cast<std::uint16_t>(attributes)) && ...);
}

// Null when libnftnl does not know the name: our bug, found by the tests of this folder.
NftExpr make(const char* name);

void set_bytes(nftnl_expr& expression, std::uint16_t attribute, const Bytes& bytes);

// Nothing when there are more than a register holds.
std::optional<Bytes> bytes_of(const nftnl_expr& expression, std::uint16_t attribute);

NftExpr encode_one(const LoadPayload& load);
NftExpr encode_one(const LoadMeta& load);
NftExpr encode_one(const LoadConntrack& load);
NftExpr encode_one(const LoadFib& load);
NftExpr encode_one(const LoadExtension& load);
NftExpr encode_one(const Hash& hash);
NftExpr encode_one(const Compare& compare);
NftExpr encode_one(const Range& range);
NftExpr encode_one(const Bitwise& bitwise);
NftExpr encode_one(const Lookup& lookup);
NftExpr encode_one(const Bucket& bucket);
NftExpr encode_one(const Dynamic& dynamic);
NftExpr encode_one(const CountNamed& count);
NftExpr encode_one(const LogGroup& log);
NftExpr encode_one(const Untrack& untrack);
NftExpr encode_one(const AnswerSyn& answer);
NftExpr encode_one(const Decide& decide);

// By the kernel's name of the expression; nothing when it is not one of these, or declined.
std::optional<Expression> decode_load(std::string_view name, const nftnl_expr& expression);
std::optional<Expression> decode_test(std::string_view name, const nftnl_expr& expression);
std::optional<Expression> decode_state(std::string_view name, const nftnl_expr& expression);
std::optional<Expression> decode_action(std::string_view name, const nftnl_expr& expression);

}  // namespace portcullis::firewall
