// Messages of nf_tables, one after the other, and what the kernel says back.
#pragma once

#include "firewall/netlink/answer.h"
#include "firewall/netlink/socket.h"
#include "firewall/program/program.h"

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <string_view>

namespace portcullis::firewall {

// NFPROTO_* of a family of ours.
std::uint8_t protocol_of(Family family);

using Build = std::function<void(nlmsghdr&)>;

// Appends one message of nf_tables (type without the subsystem: NFT_MSG_*) whose attributes build
// puts behind its header. build has kMessageMax bytes of room, which nothing checks.
void append_message(Datagram& datagram, std::uint16_t type, std::uint8_t family,
                    std::uint16_t flags, std::uint32_t sequence, const Build& build);

constexpr std::size_t kMessageMax = 256U << 10U;

// The same for a message of nfnetlink itself: BATCH_BEGIN, BATCH_END.
void append_batch_mark(Datagram& datagram, std::uint16_t type, std::uint32_t sequence,
                       const Build& build);

// Numbers that no other call in this process has given.
std::uint32_t next_sequences(std::uint32_t count);

using Each = std::function<void(const nlmsghdr&)>;

// Runs over the well-formed messages of a datagram.
void for_each_message(const Datagram& datagram, const Each& each);

// The errno of a message that is NLMSG_ERROR, 0 for an acknowledgement; -1 for any other message.
int error_of(const nlmsghdr& message);

// Asks for one object or, with NLM_F_DUMP, all of a kind, and calls each for every answer. A dump
// that a change overtook is an error with KernelFault::restless; what each saw of it is to be
// thrown away. what completes "cannot ...".
Answer<void> ask(Socket& socket, std::string_view what, std::uint16_t type, std::uint8_t family,
                 std::uint16_t flags, const Build& build, const Each& each);

// The same for a request of another netlink protocol, whole but for its sequence number.
Answer<void> ask(Socket& socket, std::string_view what, Datagram request, const Each& each);

}  // namespace portcullis::firewall
