// Rules.
#include "firewall/netlink/objects.h"

#include <libnftnl/udata.h>
#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall {
namespace {

using UserData = Handle<nftnl_udata_buf, nftnl_udata_buf_free>;

int take_comment(const nftnl_udata* note, void* data) noexcept {
    if (nftnl_udata_type(note) == NFTNL_UDATA_RULE_COMMENT && nftnl_udata_len(note) > 0) {
        const auto* text = static_cast<const char*>(nftnl_udata_get(note));
        auto& comment = *static_cast<std::string*>(data);
        comment.assign(text, nftnl_udata_len(note) - 1U);  // without its zero
    }
    return 0;
}

int take_expression(nftnl_expr* expression, void* data) noexcept {
    static_cast<std::vector<Expression>*>(data)->push_back(decode(*expression));
    return 0;
}

}  // namespace

// NFTA_RULE_TABLE string, NFTA_RULE_CHAIN string,
// NFTA_RULE_EXPRESSIONS { NFTA_LIST_ELEM { NFTA_EXPR_NAME string, NFTA_EXPR_DATA { ... } } ... },
// NFTA_RULE_USERDATA (nft's notes: the comment)
void put_rule(nlmsghdr& message, Family family, std::string_view table, std::string_view chain,
              const std::vector<Expression>& expressions, const std::string& comment) {
    const NftRule made{nftnl_rule_alloc()};
    nftnl_rule_set_u32(made.get(), NFTNL_RULE_FAMILY, protocol_of(family));
    nftnl_rule_set_str(made.get(), NFTNL_RULE_TABLE, std::string{table}.c_str());
    nftnl_rule_set_str(made.get(), NFTNL_RULE_CHAIN, std::string{chain}.c_str());
    for (const Expression& expression : expressions) {
        nftnl_rule_add_expr(made.get(), encode(expression).release());
    }
    if (!comment.empty()) {
        const UserData notes{nftnl_udata_buf_alloc(NFT_USERDATA_MAXLEN)};
        nftnl_udata_put_strz(notes.get(), NFTNL_UDATA_RULE_COMMENT, comment.c_str());
        nftnl_rule_set_data(made.get(), NFTNL_RULE_USERDATA, nftnl_udata_buf_data(notes.get()),
                            nftnl_udata_buf_len(notes.get()));
    }
    nftnl_rule_nlmsg_build_payload(&message, made.get());
}

std::optional<InstalledRule> take_rule(const nlmsghdr& message) {
    const NftRule parsed{nftnl_rule_alloc()};
    if (nftnl_rule_nlmsg_parse(&message, parsed.get()) < 0) {
        return std::nullopt;
    }
    InstalledRule rule{or_empty(nftnl_rule_get_str(parsed.get(), NFTNL_RULE_TABLE)),
                       or_empty(nftnl_rule_get_str(parsed.get(), NFTNL_RULE_CHAIN)),
                       {},
                       {}};
    nftnl_expr_foreach(parsed.get(), take_expression, &rule.expressions);
    std::uint32_t size = 0;
    const void* notes = nftnl_rule_get_data(parsed.get(), NFTNL_RULE_USERDATA, &size);
    if (notes != nullptr) {
        nftnl_udata_parse(notes, size, take_comment, &rule.comment);
    }
    return rule;
}

}  // namespace portcullis::firewall
