// A unix socket that answers HTTP/1.1, for operators and monitoring: one request, one answer, then
// the connection is closed. Who may connect is the file's mode, 0660; who asks is told by the
// kernel.
#pragma once

#include "base/fd.h"
#include "base/result.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>

#include <sys/types.h>

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace portcullis {

// The process that connected, as it was at that moment (SO_PEERCRED); pid 0 when it lives in a
// namespace that ours cannot see.
struct Peer {
    pid_t pid = 0;
    uid_t uid = 0;
};

// Views end with the handler's return.
struct HttpRequest {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    Peer peer;
};

struct HttpReply {
    unsigned status = 200;
    std::string body;
    std::string content_type = "text/plain";
};

class HttpSocket {
  public:
    using Handler = std::function<HttpReply(const HttpRequest&)>;

    // Makes the socket. One that a dead process left behind is replaced; a live one is an error.
    // name begins every error's sentence: the option that gave the path. handler is called on io's
    // thread for each request; a body beyond body_bytes_max closes the connection unanswered.
    static Result<std::unique_ptr<HttpSocket>> listen(boost::asio::io_context& io,
                                                      std::string_view name,
                                                      const std::filesystem::path& socket,
                                                      Handler handler,
                                                      std::size_t body_bytes_max = 0);
    // Goes on with a socket that another process made there and is about to let go of.
    static Result<std::unique_ptr<HttpSocket>> adopt(boost::asio::io_context& io, Fd listening,
                                                     const std::filesystem::path& socket,
                                                     Handler handler,
                                                     std::size_t body_bytes_max = 0);
    ~HttpSocket();  // removes the socket, unless it was let go
    HttpSocket(const HttpSocket&) = delete;
    HttpSocket& operator=(const HttpSocket&) = delete;

    // For a process that is to adopt it. Empty when there are no descriptors left.
    [[nodiscard]] Fd copy();
    // Another process goes on with it: accepts no more connections here, and leaves it where it is.
    void let_go();

  private:
    HttpSocket(boost::asio::io_context& io, Handler handler, std::size_t body_bytes_max);
    void accept();
    void accept_later();

    std::filesystem::path path_;  // empty until the socket there is ours
    Handler handler_;
    std::size_t body_bytes_max_;
    boost::asio::local::stream_protocol::acceptor acceptor_;
    boost::asio::steady_timer pause_;
};

}  // namespace portcullis
