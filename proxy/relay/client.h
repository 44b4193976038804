// A client's connection after its TLS handshake: what its exchanges, one after the other or several
// at once, have in common.
#pragma once

#include "config/types/address.h"
#include "proxy/stream/stream.h"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <string>

namespace portcullis::relay {

// What the worker can end from outside, once its deadline has come. Leaves its list when destroyed.
class Cuttable : public boost::intrusive::list_base_hook<
                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
  public:
    // May destroy this and others.
    virtual void cancel() = 0;

  protected:
    ~Cuttable() = default;
};

// A connection that finishes what it is doing and takes nothing new. One that carries one exchange
// after the other sees that for itself.
class Drainable {
  public:
    virtual void drain() = 0;

  protected:
    ~Drainable() = default;
};

class Client : public boost::intrusive::list_base_hook<> {
  public:
    Client(stream::Stream accepted, const IpAddress& from)
        : stream{std::move(accepted)}, address{from}, address_text{from.text()} {}

    // Cancels what talks to origins now.
    void cut_origins();

    stream::Stream stream;
    IpAddress address;
    std::string address_text;
    std::chrono::microseconds handshake{};
    std::size_t requests = 0;  // whose head has been read
    // Where its exchanges talk to origins at this moment.
    boost::intrusive::list<Cuttable, boost::intrusive::constant_time_size<false>> origins;
    Drainable* multiplexed = nullptr;  // non-null exactly while it carries several at once
    bool idle = false;  // without an exchange: may be closed without anybody losing anything
};

}  // namespace portcullis::relay
