// What a process hands to the one that takes its place: its listening sockets, with the connections
// that wait in their queues, its admin socket, and the keys of session tickets and sticky cookies.
//
// It travels over a unix socket that keeps messages apart (SOCK_SEQPACKET), the descriptors by
// SCM_RIGHTS (unix(7)). The first message begins with the form's name, so that a program that knows
// another form declines instead of misreading it.
#pragma once

#include "base/fd.h"
#include "base/result.h"
#include "config/types/duration.h"
#include "proxy/stream/listen.h"
#include "proxy/tls/tickets.h"

#include <array>
#include <filesystem>
#include <memory>
#include <vector>

namespace portcullis::upgrade {

struct Parcel {
    std::vector<stream::Listening> listeners;
    Fd admin;                          // empty: there is none
    std::filesystem::path admin_path;  // where it is
    std::shared_ptr<const tls::TicketKeys> keys;
    Duration keys_age{};                         // since they were made
    std::array<unsigned char, 32> sticky_key{};  // origin::StickyKey
};

// Never waits: the socket's own memory holds a parcel, and one that is full is a failure.
Result<void> send(int socket, const Parcel& parcel);

// Waits that long for each message.
Result<Parcel> receive(int socket, Duration patience);

}  // namespace portcullis::upgrade
