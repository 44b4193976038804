// A client's connection after its TLS handshake: what its exchanges, one after the other or several
// at once, have in common.
#pragma once

#include "config/types/address.h"
#include "proxy/proxy_protocol/header.h"
#include "proxy/stream/stream.h"

#include <boost/intrusive/list.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
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

struct IdleTag;
using IdleHook =
    boost::intrusive::list_base_hook<boost::intrusive::tag<IdleTag>,
                                     boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

class Client : public boost::intrusive::list_base_hook<>, public IdleHook {
  public:
    Client(stream::Stream accepted, const SocketAddress& from)
        : stream{std::move(accepted)},
          address{from.address},
          port{from.port},
          address_text{address.text()} {}

    // A proxy of ours has said for whom the connection is. Before anything else.
    void become(const proxy_protocol::Ends& ends);

    // Where the client's connection comes from, and where it went to.
    [[nodiscard]] proxy_protocol::Ends ends() const;

    // Cancels what talks to origins now.
    void cut_origins();

    stream::Stream stream;
    IpAddress address;
    std::uint16_t port;
    std::string address_text;
    std::unique_ptr<const SocketAddress> target;  // null: the socket's own
    std::chrono::microseconds handshake{};
    std::size_t requests = 0;  // whose head has been read
    // Where its exchanges talk to origins at this moment.
    boost::intrusive::list<Cuttable, boost::intrusive::constant_time_size<false>> origins;
    Drainable* multiplexed = nullptr;  // non-null exactly while it carries several at once
    bool idle = false;     // without an exchange: may be closed without anybody losing anything
    std::size_t held = 0;  // bytes that it has us hold (Context::try_hold)
};

// Its members are linked while they have no exchange.
using IdleClients = boost::intrusive::list<Client, boost::intrusive::base_hook<IdleHook>,
                                           boost::intrusive::constant_time_size<false>>;

}  // namespace portcullis::relay
