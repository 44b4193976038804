// A client's connection after its TLS handshake, as its exchanges see it.
#pragma once

#include "config/types/address.h"
#include "proxy/stream/stream.h"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <string>

namespace portcullis::relay {

class Client : public boost::intrusive::list_base_hook<> {
  public:
    Client(stream::Stream accepted, const IpAddress& from)
        : stream{std::move(accepted)}, address{from}, address_text{from.text()} {}

    stream::Stream stream;
    IpAddress address;
    std::string address_text;
    std::chrono::microseconds handshake{};
    std::size_t requests = 0;  // whose head has been read
    stream::Socket* origin =
        nullptr;        // non-null exactly while an exchange talks to an origin through it
    bool idle = false;  // between exchanges: may be closed without anybody losing anything
};

}  // namespace portcullis::relay
