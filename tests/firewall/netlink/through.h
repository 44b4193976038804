// Values sent through libnftnl and the bytes of a message, and read back.
#pragma once

#include "firewall/netlink/message.h"
#include "firewall/netlink/objects.h"

#include <functional>
#include <vector>

namespace portcullis::firewall::test {

// One message with what put puts into it.
Datagram message_with(std::uint16_t type, const Build& put, Family family = Family::inet);

const nlmsghdr& only_message(const Datagram& datagram);

// As the kernel would get a rule of these, and give it back.
std::vector<Expression> through(const std::vector<Expression>& expressions);

}  // namespace portcullis::firewall::test
