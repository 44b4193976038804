#include "tests/firewall/netlink/through.h"

#include <linux/netfilter/nf_tables.h>

namespace portcullis::firewall::test {

Datagram message_with(std::uint16_t type, const Build& put, Family family) {
    Datagram datagram;
    append_message(datagram, type, protocol_of(family), 0, 1, put);
    return datagram;
}

const nlmsghdr& only_message(const Datagram& datagram) {
    return *reinterpret_cast<const nlmsghdr*>(datagram.data());
}

std::vector<Expression> through(const std::vector<Expression>& expressions) {
    const Datagram sent = message_with(NFT_MSG_NEWRULE, [&](nlmsghdr& message) {
        put_rule(message, Family::inet, "t", "c", expressions, {});
    });
    const auto rule = take_rule(only_message(sent));
    return rule ? rule->expressions : std::vector<Expression>{};
}

}  // namespace portcullis::firewall::test
