// What this kernel can do, found out once and without leaving a trace.
#pragma once

#include "firewall/netlink/answer.h"
#include "firewall/netlink/kernel.h"
#include "firewall/netlink/socket.h"
#include "firewall/program/facts.h"

#include <string>
#include <vector>

namespace portcullis::firewall {

struct Features {
    bool owner = false;           // a table can belong to a socket (Linux 5.12)
    bool persist = false;         // and outlive it (Linux 6.9)
    bool fib_inet = false;        // reverse path in an inet table
    bool synproxy = false;        // SYN cookies for another's listener
    bool netdev_ingress = false;  // a chain before macvlan takes the frame
    bool dynamic_limit = false;   // token buckets as elements: the flood limiter
    bool connlimit = false;       // connections counted by source

    bool operator==(const Features&) const = default;
};

// By batches that the kernel judges and never commits; loads modules as a real program would.
Answer<Features> probe_features(Socket& socket);

// The best of what there is.
Ownership best_ownership(const Features& features);

// What is missing, each as a name for status and a consequence: "owner-not-persistent: ...". Empty
// when nothing is.
std::vector<std::string> degraded_modes(const Features& features);

// What a listener of this machine answers to a SYN, found by connecting to one of our own over the
// loopback interface, and whether this kernel rejects synproxy's timestamps.
Answer<SynproxyFacts> probe_synproxy(const Features& features);

}  // namespace portcullis::firewall
