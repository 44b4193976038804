// Notices that the client has gone while the origin is still thinking, so that the origin need not
// go on. Watching costs no system call.
#pragma once

#include "proxy/relay/exchange.h"

namespace portcullis::relay {

class HangupWatch final : public stream::Waiter {
  public:
    explicit HangupWatch(Exchange& exchange) : x_{exchange} { x_.watch = this; }

    HangupWatch(const HangupWatch&) = delete;
    HangupWatch& operator=(const HangupWatch&) = delete;

    ~HangupWatch() {
        end();
        x_.watch = nullptr;
    }

    // Does nothing when it watches already, or when the client has sent more, which a living client
    // does. A client that has gone by now aborts the exchange at once.
    void begin();
    void end();

  private:
    void on_wake(stream::Wake wake) noexcept override;

    Exchange& x_;
    bool watching_ = false;
    bool enough_ = false;  // nothing more is to be learnt from this client
};

}  // namespace portcullis::relay
