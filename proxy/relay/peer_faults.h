// What goes wrong with a peer while bytes pass, by the name it has there.
#pragma once

#include "proxy/fault.h"

namespace portcullis::relay {

struct PeerFaults {
    Fault read_timeout;
    Fault read_cut;
    Fault write_timeout;
    Fault write_cut;
};

constexpr PeerFaults kClientFaults{.read_timeout = Fault::client_slow_body,
                                   .read_cut = Fault::client_gone,
                                   .write_timeout = Fault::client_slow_reader,
                                   .write_cut = Fault::client_gone};

constexpr PeerFaults kOriginFaults{.read_timeout = Fault::origin_slow_body,
                                   .read_cut = Fault::origin_cut_body,
                                   .write_timeout = Fault::origin_timeout,
                                   .write_cut = Fault::origin_reset};

}  // namespace portcullis::relay
