// The sockets that the process listens on, and which worker accepts from which.
#pragma once

#include "proxy/stream/listen.h"

#include <cstddef>
#include <string>
#include <vector>

namespace portcullis {

// For each of these addresses the sockets that were handed over, or else one for each worker. Those
// of other addresses are closed.
Result<std::vector<stream::Listening>> make_listeners(const std::vector<IpAddress>& addresses,
                                                      std::size_t workers,
                                                      std::vector<stream::Listening> inherited);

// Copies for each worker, so that every socket has somebody who accepts from it and every worker
// something to accept from, at each address. Only a process with capabilities can bind 443: where
// there are fewer sockets than workers, some have a socket in common.
Result<std::vector<std::vector<Fd>>> share(const std::vector<stream::Listening>& listeners,
                                           std::size_t workers);

// "0.0.0.0:443, [::]:443", for the log.
std::string text_of(const std::vector<IpAddress>& addresses);

}  // namespace portcullis
