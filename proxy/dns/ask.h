// Asks a resolver for the name of an address: by a datagram, from a port of the kernel's choice and
// with a random id, once more when nothing was heard.
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
    std::optional<std::string> name;  // empty: it says that there is none. Nothing: it was silent
    std::size_t ignored = 0;          // datagrams that were no response to the question
};

// Of the network that the thread is in. loop must outlive the task.
Task<Heard> ask_name(stream::Loop& loop, SocketAddress resolver, IpAddress address);

}  // namespace portcullis::dns
