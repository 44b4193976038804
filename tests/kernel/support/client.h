// Honest clients: what they ask from one machine of another, and whether they are answered.
#pragma once

#include "config/types/address.h"
#include "tests/support/eventually.h"
#include "tests/support/net_namespace.h"

#include <string>
#include <string_view>

namespace portcullis::test {

// A TCP connection, or what became of the attempt.
class Connection {
  public:
    Connection(const NetNamespace& from, const SocketAddress& to, Timeout timeout = kPatience);

    [[nodiscard]] bool open() const { return open_; }

    // True when the words are sent and come back, or with a greeting, when that comes.
    bool echoes(std::string_view words, Timeout timeout = kPatience);
    bool greets(Timeout timeout = kPatience);

    // Sends words and does not wait: whether they arrive is the question.
    void say(std::string_view words) const;

  private:
    bool hears(std::string_view words, Timeout timeout);

    Fd socket_;
    bool open_ = false;
};

// Each: asks once more after a while until an answer comes or the time is up; a datagram may be
// lost for honest reasons.
bool tcp_answers(const NetNamespace& from, const SocketAddress& to, Timeout timeout = kPatience);
bool udp_answers(const NetNamespace& from, const SocketAddress& to, Timeout timeout = kPatience);
bool ping_answers(const NetNamespace& from, const IpAddress& to, Timeout timeout = kPatience);

}  // namespace portcullis::test
