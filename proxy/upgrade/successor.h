// The process that is to take this one's place: the same program as it is on the disk now, started
// with the same arguments. It gets a socket and the parcel on it, and says one word once it serves.
#pragma once

#include "proxy/upgrade/parcel.h"
#include "proxy/upgrade/spawn.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace portcullis::upgrade {

// Tells the new process the number of its end of the socket.
inline constexpr const char* kVariable = "PORTCULLIS_HANDOVER";
inline constexpr std::string_view kReady = "ready";
// From its start until it serves: reading thousands of certificates takes seconds.
constexpr Duration kPatience = std::chrono::seconds{60};

// A child of this process.
std::function<Result<pid_t>(int socket)> starter(Command command);

class Successor {
  public:
    // Starts the program with this end of the socket; gives its process.
    using Start = std::function<Result<pid_t>(int socket)>;

    // Nothing when it serves, else why it never will: then it has ended.
    using OnWord = std::function<void(const Result<void>& word)>;

    // on_word is called once, on io's thread, and may destroy this object. No other thread may
    // close a descriptor during the call: the process that is about to become the new program holds
    // copies of all of them for a moment, and while a copy exists an epoll set does not forget the
    // descriptor that was closed.
    static Result<std::unique_ptr<Successor>> start(boost::asio::io_context& io, const Start& start,
                                                    const Parcel& parcel, OnWord on_word,
                                                    Duration patience = kPatience);
    ~Successor();  // ends the process, unless it serves
    Successor(const Successor&) = delete;
    Successor& operator=(const Successor&) = delete;

    [[nodiscard]] pid_t pid() const { return pid_; }

  private:
    Successor(boost::asio::io_context& io, Fd socket, pid_t pid, OnWord on_word);

    void wait(Duration patience);
    void on_readable();

    [[nodiscard]] bool said() const { return !on_word_; }

    void await_end() const;
    std::optional<int> end();  // its wait status, of a child
    void say(const Result<void>& word);

    boost::asio::posix::stream_descriptor socket_;
    boost::asio::steady_timer deadline_;
    pid_t pid_;
    bool serves_ = false;
    OnWord on_word_;
    // Ends with this object: an event may be on its way to a handler that it no longer has.
    const std::shared_ptr<int> alive_ = std::make_shared<int>();
};

}  // namespace portcullis::upgrade
