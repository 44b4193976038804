// Every port there is, asked once: a SYN and a datagram to each, from one source.
#pragma once

#include "tests/kernel/support/wire.h"

namespace portcullis::test {

constexpr std::size_t kPortsMax = 65'535;

// 65,535 SYNs and as many datagrams, in that order.
std::vector<Octets> scan_of(const IpAddress& source, const IpAddress& target);

}  // namespace portcullis::test
