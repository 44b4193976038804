// What a connection says before its TLS begins, read where there is a reason to: in the PROXY
// header of a proxy of ours whom it is for, in the ClientHello which name it wants.
#pragma once

#include "proxy/fault.h"
#include "proxy/relay/client.h"
#include "proxy/stream/buffer.h"

#include <string>

namespace portcullis::worker {

class Opening {
  public:
    // Both must outlive it. deadline: for all that is read.
    Opening(relay::Client& client, stream::Slab& slab, stream::Deadline deadline)
        : client_{client}, in_{slab}, deadline_{deadline} {}

    // The header, which must be there. From then on the client is whom it names.
    Task<Fault> take_proxy_header();

    // Waits for a whole ClientHello, and takes nothing: its name as canonical_hostname() has it,
    // or nothing when there is none, or when what comes is no ClientHello that we can read.
    struct Name {
        Fault fault = Fault::none;
        std::string canonical = {};
    };

    Task<Name> read_name();

    // What was read and not taken: it comes before what the socket still has.
    [[nodiscard]] stream::Buffer& rest() { return in_; }

    [[nodiscard]] stream::Deadline deadline() const { return deadline_; }

  private:
    Task<Fault> read_more();

    relay::Client& client_;
    stream::Buffer in_;
    stream::Deadline deadline_;
};

}  // namespace portcullis::worker
