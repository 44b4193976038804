// Asks a resolver for the name of an address: by a datagram, from a port of the kernel's choice and
// with a random id, once more when nothing was heard.
//
// Docker's resolver knows the containers of its networks by itself, and forwards every other
// question. As long as nobody answers that, an address that no container has cannot be told from a
// resolver that is gone. So it is asked for our own address as well, which it knows: when only that
// is responded to, no container has the other one.
#pragma once

#include "base/task.h"
#include "config/types/address.h"
#include "proxy/stream/loop.h"

#include <cstddef>
#include <optional>
#include <string>

namespace portcullis::dns {

// Of one question. Docker's resolver answers within 2 ms, and within 15 on a busy node.
constexpr Duration kPatience = std::chrono::milliseconds{250};
constexpr int kQuestions = 2;

struct Heard {
    std::optional<std::string> name;  // empty: there is none. Nothing: the resolver was silent
    bool knows_us = false;            // our own address was responded to, with a name
    std::size_t ignored = 0;          // datagrams that were no response to the question
};

// Of the network that the thread is in. own: ours, where address is met from; the same as address:
// it is not asked for. loop must outlive the task.
Task<Heard> ask_name(stream::Loop& loop, SocketAddress resolver, IpAddress address, IpAddress own);

}  // namespace portcullis::dns
