// The unix socket at which operators and monitoring ask: HTTP/1.1, read-only.
//   GET /status   JSON, for people and the portcullis command
//   GET /metrics  Prometheus text
#pragma once

#include "base/result.h"
#include "proxy/observe/counters.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace portcullis {

class Admin {
  public:
    // Makes the socket, mode 0660. One that a dead process left behind is replaced; a live one is
    // an error. read is called on io's thread for each request.
    static Result<std::unique_ptr<Admin>> listen(boost::asio::io_context& io,
                                                 const std::filesystem::path& socket,
                                                 std::function<observe::Reading()> read);
    ~Admin();  // removes the socket

  private:
    Admin(boost::asio::io_context& io, std::function<observe::Reading()> read);
    void accept();
    void accept_later();

    std::filesystem::path path_;  // empty until the socket there is ours
    std::function<observe::Reading()> read_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
};

}  // namespace portcullis
