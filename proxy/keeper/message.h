// A few words between keeper and kept, with a descriptor beside them (SCM_RIGHTS of unix(7)).
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <chrono>
#include <string>
#include <string_view>

namespace portcullis::keeper {

struct Message {
    std::string text;
    Fd fd;  // empty: none came with it
};

// fd: a copy goes with it, unless it is negative. Never waits.
Result<void> send_message(int socket, std::string_view text, int fd = -1);

// Fails after that time, and when the other side is gone.
Result<Message> receive_message(int socket, std::chrono::milliseconds patience);

}  // namespace portcullis::keeper
