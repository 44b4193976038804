// An origin server that does exactly what a script says, well or badly: answers wrongly, slowly,
// half, or not at all. Each connection runs the script in a thread of its own with blocking calls,
// all of them bounded in time.
#pragma once

#include "base/fd.h"
#include "tests/support/eventually.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace portcullis::test {

class RawOrigin {
  public:
    // What a script sees of one connection. It is closed (FIN) when the script returns.
    class Connection {
      public:
        [[nodiscard]] int number() const { return number_; }  // 0 for the origin's first connection

        // Up to and with the empty line; what came when the end is first, "" when nothing came.
        std::string read_head();
        std::string read(std::size_t size);
        std::string read_to_end();
        bool send(std::string_view bytes);
        // piece bytes at a time, with a pause after each.
        bool send_slowly(std::string_view bytes, std::size_t piece, Timeout after_each);
        void pause(Timeout time);  // shorter when the origin goes out of scope
        // Nothing is sent or read, until the other side closes or the origin goes out of scope.
        void hang();
        void shutdown_write();
        void reset();  // RST instead of FIN

      private:
        friend class RawOrigin;
        bool receive();

        RawOrigin* origin_ = nullptr;
        int number_ = 0;
        Fd socket_;
        std::string buffer_;    // received, not yet taken
        std::string received_;  // everything, guarded by the origin's mutex
        std::thread thread_;
    };

    using Script = std::function<void(Connection&)>;

    // everywhere: at all addresses of the network, as 127.0.0.2; for tests in one of their own.
    enum class Reach : std::uint8_t { loopback, everywhere };

    // port 0: any free one.
    explicit RawOrigin(Script script, std::uint16_t port = 0, Reach reach = Reach::loopback);
    ~RawOrigin();
    RawOrigin(const RawOrigin&) = delete;
    RawOrigin& operator=(const RawOrigin&) = delete;

    [[nodiscard]] std::uint16_t port() const { return port_; }

    [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

    [[nodiscard]] int connections() const;
    // All bytes that came, for each connection in the order of acceptance.
    [[nodiscard]] std::vector<std::string> received() const;

  private:
    void accept_all();

    Script script_;
    std::uint16_t port_ = 0;
    Fd listener_;
    std::atomic<bool> stopping_ = false;
    mutable std::mutex mutex_;           // guards connections_ and each received_
    std::list<Connection> connections_;  // a list: threads hold references
    std::thread acceptor_;
};

// A complete answer with its Content-Length; headers: more lines, each with its CRLF.
std::string answer(std::string_view body, std::string_view status = "200 OK",
                   std::string_view headers = "");
// A script that answers every request of every connection with the same bytes, bodies of known
// length read first.
RawOrigin::Script always(std::string bytes);

// A port at which connecting is refused at once (RST), and one at which it never ends (SYN without
// an answer).
class RefusingPort {
  public:
    RefusingPort();

    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    Fd socket_;  // bound, not listening: nobody else gets the port
    std::uint16_t port_;
};

class SilentPort {
  public:
    SilentPort();

    [[nodiscard]] std::uint16_t port() const { return port_; }

  private:
    Fd listener_;  // its accept queue is full, so the kernel drops further SYNs
    std::vector<Fd> fillers_;
    std::uint16_t port_;
};

}  // namespace portcullis::test
